"""Give every edge its function: a beam over assignments, each choice judged by the whole model after a joint refit.

Edges are taken from the inputs to the outputs, since a decided edge sharpens the node values that later edges see.
Called by the automatic search; the person's own clicks use `what_if` directly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from kan_core.ids import EdgeId
from kan_core.network.edges import active_edges, edge_values
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.symbolic.affine_fit import candidate_names, fit_affine
from kan_core.symbolic.decide import whole_model_bits
from kan_core.symbolic.description_length import rank_by_description
from kan_core.symbolic.fit_result import AffineFit
from kan_core.symbolic.what_if import WhatIf, what_if
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.progress import rmse

# The functions of elementary laws are tried even where they fit badly: a factor f of a product is only known up to a
# power, f^p·g^p = (f·g)^p, and the refit finds the power.
_ALWAYS = frozenset({"x", "x^2", "1/x", "sqrt", "log", "exp"})
_ALWAYS_R2 = 0.5
# Steps of the first, short refit.
_HEAT = 5


@dataclass(frozen=True)
class AssignOptions:
    """Settings of `assign`.

    Attributes:
        beam: partial assignments kept after each edge.
        candidates: primitives tried on each edge.
        steps: of the refit after each trial.
        polish: of the last refit, constants only.
        minimum_r2: edges that no primitive explains this well stay splines.
    """

    beam: int = 2
    candidates: int = 5
    steps: int = 12
    polish: int = 60
    minimum_r2: float = 0.98


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
    spread = float(beam[0].network.normalisation.target_scale.amax())
    tried: list[tuple[Assignment, WhatIf | None]] = []
    for member in beam:
        if not member.open:
            tried.append((member, None))
            continue
        results = _candidates(member.network, split, member.open[0], options)
        tried.extend((member, result) for result in results)
        if not results:
            tried.append((Assignment(member.network, member.bits, member.test_rmse, member.open[1:]), None))
    errors = [result.error_after if result else member.test_rmse for member, result in tried]
    best = min((error for error in errors if math.isfinite(error)), default=0.0)
    grown: list[Assignment] = []
    for member, result in tried:
        if result is None:
            grown.append(member)
        elif math.isfinite(result.error_after):
            form = whole_model_bits(result, result.error_after, spread)
            grown.append(Assignment(result.network, member.bits + form, result.error_after, member.open[1:]))
    floor = 1e-12 * spread

    def total(member: Assignment) -> float:
        return 12 * math.log2(max(member.test_rmse, floor) / max(best, floor)) + member.bits

    return sorted(grown, key=total)[: options.beam]


def _candidates(network: Network, split: Split, edge: EdgeId, options: AssignOptions) -> list[WhatIf]:
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    x, y = trace.inputs[edge.layer][:, edge.source], edge_values(network, trace, edge)
    finite = torch.isfinite(x) & torch.isfinite(y)
    ranked = rank_by_description(fit_affine(x[finite], y[finite], primitives=candidate_names(network)))
    fits = [fit for fit in ranked if fit.r2 >= options.minimum_r2][: options.candidates]
    fits += [fit for fit in ranked if fit.primitive in _ALWAYS and fit.r2 >= _ALWAYS_R2 and fit not in fits]
    return _race(network, split, edge, fits, options)


def _race(network: Network, split: Split, edge: EdgeId, fits: list[AffineFit], options: AssignOptions) -> list[WhatIf]:
    """A short refit for all, the full one for those that are not beaten."""
    heat = what_if(network, split, edge, fits, steps=_HEAT)
    heat.sort(key=lambda result: result.error_after)
    results: list[WhatIf] = []
    for result in heat[: options.candidates]:
        refitted = result.network
        for progress in train(refitted, split, LevenbergMarquardtOptions(steps=options.steps, tolerance=1e-3)):
            refitted = progress.network
        results.append(replace(result, error_after=rmse(refitted, split.test), network=refitted))
    return results


def _polish(member: Assignment, split: Split, options: AssignOptions) -> Assignment:
    network = member.network
    for progress in train(network, split, LevenbergMarquardtOptions(steps=options.polish, tolerance=1e-3)):
        network = progress.network
    return Assignment(network, member.bits, rmse(network, split.test), ())
