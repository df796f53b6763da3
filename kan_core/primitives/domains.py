"""Where a function given by a text is defined, found on samples of [-10, 10].

The domain is the widest interval on which the function is finite, less the zeros of its denominators. Used by `own`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from kan_core.errors import PrimitiveError
from kan_core.expression.derivatives import jets
from kan_core.expression.domain import REAL_LINE, Domain
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.operations import Steps
from kan_core.expression.tree import Apply, Exact, Expression, Power, Product, children, product, total

_REACH, _SAMPLES = 10.0, 4001
_MOST_POLES = 16
_TOO_MANY_POLES = f"the function has more than {_MOST_POLES} poles in [-10, 10], too many to keep away from each of them"


def domain_of(tree: Expression) -> Domain:
    """The domain of a formula of column 0.

    Raises:
        PrimitiveError: it is nowhere defined, or has too many poles.
    """
    u = torch.linspace(-_REACH, _REACH, _SAMPLES, dtype=torch.float64)
    steps = Steps([tree])
    makers = [Steps([maker]) for maker in _zero_makers(tree)]
    # Counted before any of them is looked for.
    if any(_least_zeros(maker, u) > _MOST_POLES for maker in makers):
        raise PrimitiveError(_TOO_MANY_POLES)
    poles = sorted({root for maker in makers for root in _roots(maker, u)})
    if len(poles) > _MOST_POLES:
        raise PrimitiveError(_TOO_MANY_POLES)
    near = torch.zeros_like(u, dtype=torch.bool)
    for pole in poles:
        near |= (u - pole).abs() < 1e-9
    good = torch.isfinite(_values(steps, u)) | near
    low, high = _widest(good)
    if high - low < 2:
        raise PrimitiveError("the function is not defined on any interval of [-10, 10]")
    start = -math.inf if low == 0 else _border(steps, float(u[low]), float(u[low - 1]))
    end = math.inf if high == _SAMPLES - 1 else _border(steps, float(u[high]), float(u[high + 1]))
    inside = tuple(pole for pole in poles if start + 1e-6 < pole < end - 1e-6)
    return REAL_LINE if math.isinf(start) and math.isinf(end) and not inside else Domain(start, end, poles=inside)


def _values(steps: Steps, u: Tensor) -> Tensor:
    return steps.values(torch, [u])[0].expand_as(u)


def _zero_makers(node: Expression) -> list[Expression]:
    """Parts whose zeros are poles: bases of negative powers, and where functions have poles of their own."""
    found = [maker for child in children(node) for maker in _zero_makers(child)]
    if isinstance(node, Power) and isinstance(node.exponent, Exact) and node.exponent.value < 0:
        found += _factors(node.base)
    if isinstance(node, Apply) and len(node.arguments) == 1:
        domain = FUNCTIONS[node.function].domain
        for pole in domain.poles:
            shifted = total(node.arguments[0], Exact(-pole))
            period = domain.pole_period
            found.append(shifted if period is None else Apply("sin", (product(shifted, Exact(math.pi / period)),)))
    return found


def _factors(node: Expression) -> list[Expression]:
    if isinstance(node, Product):
        return [factor for part in node.parts for factor in _factors(part)]
    return _factors(node.base) if isinstance(node, Power) and isinstance(node.exponent, Exact) else [node]


def _widest(good: Tensor) -> tuple[int, int]:
    """First and last index of the longest run of true."""
    best, first = (0, -1), 0
    for place, value in enumerate([*good.tolist(), False]):
        if not value:
            if place - 1 - first > best[1] - best[0]:
                best = (first, place - 1)
            first = place + 1
    return best


def _least_zeros(steps: Steps, u: Tensor) -> int:
    """How many zeros there are for certain: changes of sign, and steps in which an oscillation is hidden.

    Where the slope has the same sign at both ends of a step and f hardly follows it, f turns at least twice in between: it
    varies faster than the samples tell, as sin(100000 x) does.
    """
    jet = jets(torch, steps, [u], second=False)[0]
    f, slope = jet.value.expand_as(u), jet.first.get(0, torch.zeros_like(u))
    crossed = (f[:-1] * f[1:] < 0) | (f[:-1] == 0)
    least = torch.minimum(slope[:-1].abs(), slope[1:].abs()) * u.diff()
    hidden = (slope[:-1] * slope[1:] > 0) & (f.diff() * slope[:-1].sign() < 0.1 * least) & (least > f[:-1].abs())
    return int((crossed | hidden).sum())


def _roots(steps: Steps, u: Tensor) -> list[float]:
    """Zeros where a function changes sign or vanishes on a sample, all of them halved at once."""
    f = _values(steps, u)
    places = torch.nonzero(f[:-1] * f[1:] < 0)[:, 0]
    low, high, sign = u[places], u[places + 1], f[places]
    for _ in range(60 if len(places) else 0):
        middle = (low + high) / 2
        before = _values(steps, middle) * sign > 0
        low, high = torch.where(before, middle, low), torch.where(before, high, middle)
    return [round(root, 12) + 0.0 for root in (*u[f == 0].tolist(), *((low + high) / 2).tolist())]


def _border(steps: Steps, inside: float, outside: float) -> float:
    """Where the function stops being finite, by bisection."""
    for _ in range(60):
        middle = (inside + outside) / 2
        finite = bool(torch.isfinite(_values(steps, torch.tensor([middle], dtype=torch.float64))[0]))
        inside, outside = (middle, outside) if finite else (inside, middle)
    return round((inside + outside) / 2, 12) + 0.0
