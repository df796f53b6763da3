"""First and second derivatives of formulas by their columns, for NumPy and torch: the chain rule carried forwards.

    ∂_a f = Σᵢ fᵢ·∂_a uᵢ,     ∂_a∂_b f = Σᵢ fᵢ·∂_a∂_b uᵢ + Σᵢⱼ fᵢⱼ·∂_a uᵢ·∂_b uⱼ

with the slopes fᵢ and curvatures fᵢⱼ of each node by its parts (`operations`). What does not depend on a column has no entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.functions.function import Namespace
from kan_core.expression.operations import Array, Step, Steps, computed, curvatures, slopes
from kan_core.expression.tree import Apply, Column, Exact


@dataclass(frozen=True, eq=False)
class Jet:
    """A value with its derivatives.

    Attributes:
        value: of the formula.
        first: by column.
        second: by two columns in rising order.
    """

    value: Array
    first: dict[int, Array] = field(default_factory=dict[int, Array])
    second: dict[tuple[int, int], Array] = field(default_factory=dict[tuple[int, int], Array])


def jets(xp: Namespace, steps: Steps, columns: Sequence[Array], *, second: bool = True) -> list[Jet]:
    """Of each formula, at these columns.

    Args:
        xp: numpy or torch.
        steps: of formulas without constants.
        columns: equally long.
        second: whether second derivatives are asked for.
    """
    made: list[Jet] = []
    for step in steps:
        match step.node:
            case Exact(value):
                made.append(Jet(xp.asarray(value, dtype=xp.float64)))
            case Column(index):
                made.append(Jet(columns[index], {index: xp.ones_like(columns[index])}))
            case _:
                made.append(_through(xp, step, [made[part] for part in step.parts], second=second))
    return [made[place] for place in steps.last]


def _through(xp: Namespace, step: Step, parts: Sequence[Jet], *, second: bool) -> Jet:
    values = [part.value for part in parts]
    value = computed(xp, step.node, values)
    moving = [place for place, part in enumerate(parts) if part.first]
    if not moving:
        return Jet(value)
    outer = dict(zip(moving, slopes(xp, step.node, value, values, moving), strict=True))
    if isinstance(step.node, Apply) and FUNCTIONS[step.node.function].selects:
        parts = [_taken(xp, outer[place], part) if place in outer else part for place, part in enumerate(parts)]
    made = Jet(value)
    for place, slope in outer.items():
        for column, inner in parts[place].first.items():
            _add(made.first, column, inner if slope is None else slope * inner)
        for pair, inner in parts[place].second.items():
            _add(made.second, pair, inner if slope is None else slope * inner)
    if second:
        _bend(made, curvatures(xp, step.node, value, values), parts)
    return made


def _bend(made: Jet, bends: dict[tuple[int, int], Array], parts: Sequence[Jet]) -> None:
    """Add Σ fᵢⱼ·∂_a uᵢ·∂_b uⱼ, each pair of columns once."""
    for (one, other), bend in bends.items():
        ways = [(one, other)] if one == other else [(one, other), (other, one)]
        for left, right in ways:
            for a, first in parts[left].first.items():
                for b, then in parts[right].first.items():
                    if a <= b:
                        _add(made.second, (a, b), bend * first * then)


def _taken(xp: Namespace, slope: Array, part: Jet) -> Jet:
    """Where a branch is not taken, it need not be defined."""
    left = slope == 0
    first = {column: xp.where(left, 0.0, inner) for column, inner in part.first.items()}
    return Jet(part.value, first, {pair: xp.where(left, 0.0, inner) for pair, inner in part.second.items()})


def _add(entries: dict[int, Array] | dict[tuple[int, int], Array], key: int | tuple[int, int], more: Array) -> None:
    known = entries.get(key)  # type: ignore[arg-type]
    entries[key] = more if known is None else known + more  # type: ignore[index]
