"""Give every edge its function: a beam over assignments, each choice judged by the whole model after a joint refit.

Edges are taken from the inputs to the outputs, since a decided edge sharpens the node values that later edges see.
Called by the automatic search. What each edge could be is asked of `suggestions`, as a person who clicks it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kan_core.errors import EdgeError
from kan_core.ids import EdgeId
from kan_core.network.edges import active_edges
from kan_core.network.network import Network
from kan_core.suggestions.options import SuggestOptions
from kan_core.suggestions.suggest import ranked
from kan_core.symbolic.decide import DecideOptions
from kan_core.symbolic.description_length import form_bits
from kan_core.symbolic.edge_errors import EdgeErrors, EvidenceOptions
from kan_core.symbolic.what_if import WhatIf
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.progress import rmse

# Tried even where they fit badly: a factor f of a product is only known up to a power, f^p·g^p = (f·g)^p, and the refit finds it.
ELEMENTARY = ("x", "x^2", "1/x", "sqrt", "log", "exp")


def _asked() -> SuggestOptions:
    return SuggestOptions(most=5, first_steps=5, besides=ELEMENTARY)


@dataclass(frozen=True, eq=False)
class AssignOptions:
    """Settings of `assign`.

    Attributes:
        beam: partial assignments kept after each edge.
        suggest: how each edge is asked about.
        polish: steps of the last refit, constants only.
    """

    beam: int = 2
    suggest: SuggestOptions = field(default_factory=_asked)
    polish: int = 60


@dataclass(frozen=True, eq=False)
class Assignment:
    """A network some of whose edges have got their function.

    Attributes:
        network: refitted.
        bits: description length relative to the other members of the beam.
        test_rmse: held-out error, unit of the target.
        open: edges still to be decided.
    """

    network: Network
    bits: float
    test_rmse: float
    open: tuple[EdgeId, ...]


def assign(network: Network, split: Split, options: AssignOptions | None = None) -> Iterator[Assignment]:
    """Yield the leading assignment after each edge, at the end all members of the beam, best first, polished."""
    options = options or AssignOptions()
    spline = tuple(
        edge for edge in active_edges(network) if network.layers[edge.layer].structure.kind(edge.target, edge.source) == "spline"
    )
    beam = [Assignment(network, 0.0, rmse(network, split.test), spline)]
    while any(member.open for member in beam):
        beam = _advance(beam, split, options)
        yield beam[0]
    polished = [_polish(member, split, options) for member in beam]
    yield from sorted(polished, key=lambda member: member.test_rmse)


def _advance(beam: list[Assignment], split: Split, options: AssignOptions) -> list[Assignment]:
    """Decide the next edge of every member and keep the best."""
    scale = float(beam[0].network.normalisation.target_scale.amax())
    rounding = EvidenceOptions().floor * scale
    grown: list[Assignment] = []
    for member in beam:
        if not member.open:
            grown.append(member)
            continue
        rest = member.open[1:]
        results = _candidates(member.network, split, member.open[0], options.suggest)
        grown += [_with(member, result, rmse(result.network, split.test), rest) for result in results]
        if not results:
            grown.append(replace(member, open=rest))
    errors = [EdgeErrors((member.test_rmse,), (rounding,)) for member in grown]
    best = min(errors, key=lambda error: error.each)
    bits = [error.over(best) + member.bits for error, member in zip(errors, grown, strict=True)]
    order = sorted(range(len(grown)), key=lambda place: bits[place])
    return [grown[place] for place in order[: options.beam]]


def _with(member: Assignment, result: WhatIf, error: float, rest: tuple[EdgeId, ...]) -> Assignment:
    return Assignment(result.network, member.bits + form_bits(result.fit, DecideOptions().offset), error, rest)


def _candidates(network: Network, split: Split, edge: EdgeId, options: SuggestOptions) -> list[WhatIf]:
    try:
        return ranked(network, split, edge, options)
    except EdgeError:
        # No row reaches it with a value.
        return []


def _polish(member: Assignment, split: Split, options: AssignOptions) -> Assignment:
    network = member.network
    for progress in train(network, split, LevenbergMarquardtOptions(steps=options.polish, tolerance=1e-3)):
        network = progress.network
    return Assignment(network, member.bits, rmse(network, split.test), ())
