"""How well a network fulfils equations, as shares without unit, and what they amount to: solved, nearly, or not a solution.

A residual alone says nothing: 0.1 is much in an equation whose terms are 1 and little where they are 1000. So each residual
is held against the size of what should cancel:

    ρ = rms(r) / rms(s),   r = left - right,   s = the same expression with every sum taken of absolute values,

both over the points at which the equation has a value (the running error bound of Higham, Accuracy and Stability of
Numerical Algorithms, §3.3). |r| ≤ s, so 0 ≤ ρ ≤ 1: 0 is fulfilled, and at 1 nothing balances anything. Some expressions
have nothing to cancel, `u_xx = 0` for one. There, and at places, where all terms may happen to be small, s is at least what it
would be for a function that changes by U, the scale of the unknown, over the width of the box: u ~ U, u_x ~ U/w, u_xx ~ U/w².
Called by the views of a revision and by the search among equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from kan_core.expression.equation import Equation
from kan_core.expression.operations import evaluated
from kan_core.expression.tree import Exact, Expression, Power, Product, Sum, columns_of
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.equations import Box, points_at, quantity_of, second_of
from kan_core.training.input_derivatives import input_derivatives

Verdict = Literal["solved", "nearly", "not_a_solution"]


@dataclass(frozen=True)
class VerdictLimits:
    """Where the verdicts part. The ten equations of `benchmarks.equations` and five more set them, solved by default.

    Attributes:
        solved: largest ρ of a solution. Splines leave 5e-10 to 4e-4 of those ten, 1.7e-3 of a wave of three half-waves, and
            1.6e-2 of the Allen–Cahn equation, whose fronts they miss by a few per cent.
        nearly: largest ρ of what is worth going on from. What is no solution leaves more: Burgers' equation 0.38 where its shock
            is thinner than the grid, an untrained network 0.6 to 1.
    """

    solved: float = 5e-3
    nearly: float = 5e-2


@dataclass(frozen=True)
class Fulfilment:
    """What is left of equations, as shares of what should cancel, 0 … 1.

    Attributes:
        everywhere: ρ of each equation that holds everywhere.
        conditions: ρ of each equation with a place.
    """

    everywhere: tuple[float, ...]
    conditions: tuple[float, ...]

    @property
    def worst(self) -> float:
        """Of all of them: a solution fulfils every single one."""
        return max(self.in_order)

    @property
    def in_order(self) -> tuple[float, ...]:
        """All of them, the ones that hold everywhere first."""
        return (*self.everywhere, *self.conditions)

    def verdict(self, limits: VerdictLimits | None = None) -> Verdict:
        """What the worst amounts to."""
        limits = limits or VerdictLimits()
        if self.worst <= limits.solved:
            return "solved"
        return "nearly" if self.worst <= limits.nearly else "not_a_solution"


def fulfilment(network: Network, equations: Sequence[Equation], points: Tensor, box: Box, names: Sequence[str]) -> Fulfilment:
    """ρ of each equation.

    Args:
        network: any; judged in doubles.
        equations: at least one that holds everywhere.
        points: (batch, inputs) raw points at which those are asked.
        box: ranges of the inputs, which places lie in.
        names: of the inputs, for errors.

    Raises:
        FormulaError: a place outside the box.
    """
    network = network.to(torch.float64)
    places = [points_at(each, box, names) if each.at else points for each in equations]
    trivial = all(_zero_fulfils(each, at) for each, at in zip(equations, places, strict=True))
    scale = _scale(network, equations, places, points)
    if trivial:
        # Zero is a solution, and no equation says how large another one is. What is small is so in the network's own unit.
        scale = torch.maximum(scale, network.normalisation.target_scale.to(scale))
    width, inputs = box.high - box.low, len(names)
    made = [
        _share(network, each, at, scale, width, floor=trivial or bool(each.at) or not _balances(each.tree, inputs))
        for each, at in zip(equations, places, strict=True)
    ]
    return Fulfilment(
        tuple(share for share, each in zip(made, equations, strict=True) if not each.at),
        tuple(share for share, each in zip(made, equations, strict=True) if each.at),
    )


def _share(network: Network, equation: Equation, points: Tensor, scale: Tensor, width: Tensor, *, floor: bool) -> float:
    """ρ at these points; 1 when most of them have no value."""
    f = input_derivatives(network, points, second_of([equation]))
    x, inputs = list(points.unbind(1)), points.shape[1]
    quantities = [quantity_of(each, f) for each in equation.quantities]
    residual = evaluated(torch, equation.tree, [*x, *quantities]).expand(len(points))
    known = torch.isfinite(residual)
    if 2 * int(known.sum()) < len(points):
        return 1.0
    left = _rms(residual[known])
    if left == 0.0:
        return 0.0
    typical = [
        (scale[each.unknown] / torch.stack([width[place] for place in each.by]).prod()).expand(len(points))
        if each.by
        else scale[each.unknown].expand(len(points))
        for each in equation.quantities
    ]
    if equation.at and equation.value is not None:
        size = float(scale[equation.value[0]])
    else:
        size = _rms(_size(equation.tree, [*x, *quantities], inputs)[known])
        if floor:
            size = max(size, _rms(_size(equation.tree, [*x, *typical], inputs)[known]))
    return min(left / size, 1.0) if size > 0 else 1.0


def _size(tree: Expression, columns: Sequence[Tensor], inputs: int) -> Tensor:
    """(batch,) ≥ |value|: sums are of absolute values, except where no unknown takes part, since there nothing has to cancel."""
    match tree:
        case Sum(parts) if _asks(tree, inputs):
            return torch.stack([_size(part, columns, inputs) for part in parts]).sum(0)
        case Product(parts) if _asks(tree, inputs):
            return torch.stack([_size(part, columns, inputs) for part in parts]).prod(0)
        case Power(base, Exact(exponent)) if exponent > 0 and _asks(base, inputs):
            return _size(base, columns, inputs) ** exponent
        case _:
            value: Tensor = evaluated(torch, tree, columns)
            return value.expand(columns[0].shape[0]).abs()


def _balances(tree: Expression, inputs: int) -> bool:
    """Whether the expression, or a factor of it, is a sum in which an unknown takes part: it may vanish though no term does."""
    match tree:
        case Sum():
            return _asks(tree, inputs)
        case Product(parts):
            return any(_balances(part, inputs) for part in parts)
        case Power(base, exponent):
            below = isinstance(exponent, Exact) and exponent.value < 0
            return not below and _balances(base, inputs)
        case _:
            return False


def _asks(tree: Expression, inputs: int) -> bool:
    return any(index >= inputs for index in columns_of(tree))


def _zero_fulfils(equation: Equation, points: Tensor) -> bool:
    zeros = [torch.zeros(len(points), dtype=points.dtype) for _ in equation.quantities]
    return bool((evaluated(torch, equation.tree, [*points.unbind(1), *zeros]) == 0).all())


def _scale(network: Network, equations: Sequence[Equation], places: Sequence[Tensor], points: Tensor) -> Tensor:
    """(unknowns,) U: how much each changes, over the points or among its known values, and at least a thousandth of its size."""
    values = evaluate(network, points)
    values = values[torch.isfinite(values).all(1)]
    made: list[float] = []
    for unknown in range(network.shape[-1]):
        every = [values[:, unknown]]
        known = [
            evaluated(torch, each.value[1], list(at.unbind(1))).expand(len(at))
            for each, at in zip(equations, places, strict=True)
            if each.at and each.value is not None and each.value[0] == unknown
        ]
        if known:
            every.append(torch.cat(known))
        made.append(max(max(float(each.std(correction=0)), 1e-3 * _rms(each)) for each in every if each.numel()))
    return torch.tensor(made, dtype=torch.float64)


def _rms(values: Tensor) -> float:
    return float(values.square().mean().sqrt()) if values.numel() else 0.0
