"""Which candidates for an edge are the same function on these rows: one entry of a list, not several that seem to compete.

sin and cos with another phase are one curve anywhere; x², cosh and a Gaussian are one on a short interval, as far as noise lets
anybody see. Two candidates are alike when

- their curves on the edge's rows, each with its own constants, are equal to rounding, or
- the rows cannot tell their whole models apart, and their curves look alike:

      z² = N·Σ_o mean_n (f_o(x_n) - g_o(x_n))² / σ_o² ≤ 2²      and      R²(curve, other curve) ≥ 0.99

f and g are the models with everything else refitted, n runs over held-out rows, o over outputs, N counts the rows of the refit,
and σ_o is the smallest held-out error of output o that any candidate, or the network as it is, has reached: nobody can claim
more noise than that. If one of them is the law, z²/2 nats is what the rows say against the other on average, so z = 2 is the
usual two standard errors. The second condition keeps visibly different curves apart on an edge that hardly matters.
Called for the list of suggestions, by every door.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edges import edge_values
from kan_core.network.network import Network
from kan_core.network.trace import evaluate, forward
from kan_core.primitives.library import get_primitive
from kan_core.symbolic.description_length import form_bits
from kan_core.symbolic.fit_result import AffineFit
from kan_core.symbolic.what_if import WhatIf
from kan_core.training.data import Split, Table, mean_of, spread_of
from kan_core.training.objectives import Objective, SquaredLoss, predictions


@dataclass(frozen=True)
class AlikeOptions:
    """What counts as the same; the tests of this module hold the cases.

    Attributes:
        deviations: largest z, in standard errors.
        explained: least R² of one curve against the other.
        rounding: curves that differ by less than this share of their spread are equal. Two names of one curve, sine and cosine,
            are fitted to 1e-13 of each other; cosh in its Taylor tail comes to 1e-6 of a parabola, and is none.
        floor: errors below this share of an output's spread are rounding.
        offset: an offset b smaller than this, in the network's units, makes no form longer.
    """

    deviations: float = 2.0
    explained: float = 0.99
    rounding: float = 1e-9
    floor: float = 1e-12
    offset: float = 1e-4


@dataclass(frozen=True, eq=False)
class Alike:
    """Candidates any two of which are the same on these rows.

    Attributes:
        leader: the one whose form is the shortest, constants included.
        others: the rest, in the order in which they were ranked.
    """

    leader: WhatIf
    others: tuple[WhatIf, ...] = ()

    @property
    def members(self) -> tuple[WhatIf, ...]:
        """All, the leader first."""
        return self.leader, *self.others


def group_alike(
    network: Network,
    split: Split,
    edge: EdgeId,
    ordered: Sequence[WhatIf],
    objective: Objective | None = None,
    options: AlikeOptions | None = None,
) -> list[Alike]:
    """Ranked candidates as entries, in the order of the best of each.

    Args:
        network: the one that was asked about.
        split: rows of the refits and rows that judge.
        edge: asked about.
        ordered: best first, all with a value on every row.
        objective: classes are compared by their probabilities.
        options: what counts as the same.
    """
    options = options or AlikeOptions()
    same = _comparison(network, split, edge, ordered, objective or SquaredLoss(), options)
    groups: list[list[int]] = []
    for place in range(len(ordered)):
        home = next((group for group in groups if all(same(place, member) for member in group)), None)
        if home is None:
            groups.append([place])
        else:
            home.append(place)
    return [_led([ordered[place] for place in group], options) for group in groups]


def flat(entries: Sequence[Alike]) -> list[WhatIf]:
    """The members of all entries in order, each with the names of the others of its entry."""
    return [
        replace(member, alike=tuple(other.fit.primitive for other in entry.members if other is not member))
        for entry in entries
        for member in entry.members
    ]


def _led(members: list[WhatIf], options: AlikeOptions) -> Alike:
    # Sine and cosine of a shifted argument are equally long: the one that is shifted less leads.
    leader = min(members, key=lambda member: (round(form_bits(member.fit, options.offset), 1), abs(member.fit.b)))
    return Alike(leader, tuple(member for member in members if member is not leader))


def _comparison(
    network: Network, split: Split, edge: EdgeId, ordered: Sequence[WhatIf], objective: Objective, options: AlikeOptions
) -> Callable[[int, int], bool]:
    """Whether two places of the ranking are alike."""
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    x, y = trace.inputs[edge.layer][:, edge.source], edge_values(network, trace, edge)
    known = torch.isfinite(x) & torch.isfinite(y)
    curves = [_curve(result.fit, x[known]) for result in ordered]
    models = [predictions(objective, evaluate(each, split.test.inputs)) for each in (network, *(r.network for r in ordered))]
    noise, weights = _noise(models, split.test, options), split.test.weights
    spread = float(y[known].std(correction=0)) if bool(known.any()) else 0.0

    def same(one: int, other: int) -> bool:
        apart = _rms(curves[one] - curves[other])
        if apart <= options.rounding * spread:
            return True
        far = mean_of((models[1 + one] - models[1 + other]).square(), weights) / noise.square()
        z = math.sqrt(split.train.rows * float(far.sum()))
        return z <= options.deviations and apart**2 <= (1 - options.explained) * spread**2

    return same


def _curve(fit: AffineFit, x: Tensor) -> Tensor:
    return fit.c * get_primitive(fit.primitive).evaluate(fit.a * x + fit.b) + fit.d


def _noise(models: Sequence[Tensor], rows: Table, options: AlikeOptions) -> Tensor:
    """(outputs,) the smallest error anybody has reached; rounding at least, in an output that is constant one of its size."""
    targets = rows.targets
    errors = torch.stack([mean_of((model - targets).square(), rows.weights).sqrt() for model in models])
    least = torch.nan_to_num(errors, nan=math.inf).amin(0)
    return torch.maximum(least, options.floor * (spread_of(targets, rows.weights) + targets.abs().amax(0))).clamp_min(1e-300)


def _rms(values: Tensor) -> float:
    return float(values.square().mean().sqrt()) if values.numel() else 0.0
