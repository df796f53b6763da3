"""A primitive from a text such as 'x*exp(-x^2)'.

Derivatives are exact: the tree is evaluated on triples (f, f′, f″) by the chain, product and quotient rules, with the
library's own derivatives of the named functions. The domain is found by sampling [-10, 10]: the widest interval
on which the function is finite, less the zeros of its denominators. Called by actions that define functions.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from kan_core.errors import PrimitiveError
from kan_core.expression.domain import REAL_LINE, Domain
from kan_core.primitives.catalogue import LIBRARY
from kan_core.primitives.grammar import Call, Negative, Node, Number, Operation, Variable, parse
from kan_core.primitives.invariances import invariances
from kan_core.primitives.primitive import Elementwise, Primitive
from kan_core.primitives.written import children, copies, to_sympy, uses_x

Jet = tuple[Tensor, Tensor, Tensor]
_REACH, _SAMPLES = 10.0, 4001
_MOST_POLES = 16
_TOO_MANY_POLES = f"the function has more than {_MOST_POLES} poles in [-10, 10], too many to keep away from each of them"


def parse_primitive(text: str, name: str | None = None) -> Primitive:
    """Define a function of x.

    Args:
        text: in the grammar of `grammar`.
        name: ASCII; the text itself when absent.

    Raises:
        PrimitiveError: not in the grammar, nowhere defined on [-10, 10], without x, or its derivative fails the check.
    """
    node = parse(text)
    called = text.strip() if name is None else name.strip()
    if not called or not called.isascii() or not called.isprintable() or called in LIBRARY:
        raise PrimitiveError(f"'{called[:80]}' cannot name a new function; choose another ASCII name")
    if not uses_x(node):
        raise PrimitiveError("the function does not depend on x")
    domain = _domain(node)
    value = _part(node, domain, 0)
    parity, homogeneity = invariances(value, domain)
    primitive = Primitive(
        called,
        value,
        _part(node, domain, 1),
        _part(node, domain, 2),
        lambda argument: to_sympy(node, argument, _number),
        _complexity(node),
        domain,
        parity=parity,
        homogeneity=homogeneity,
        copies=copies(node, _number),
    )
    _check(primitive)
    return primitive


def jet(node: Node, u: Tensor) -> Jet:
    """f, f′ and f″ at u; NaN or ±inf where they are not defined."""
    match node:
        case Number(value):
            return torch.full_like(u, value), torch.zeros_like(u), torch.zeros_like(u)
        case Variable():
            return u, torch.ones_like(u), torch.zeros_like(u)
        case Negative(argument):
            f, d, s = jet(argument, u)
            return -f, -d, -s
        case Call(name, argument):
            return _called(LIBRARY[name], jet(argument, u))
        case Operation("^", left, right):
            return _power(jet(left, u), right, u)
        case Operation(kind, left, right):
            return _combined(kind, jet(left, u), jet(right, u))


def _called(primitive: Primitive, inner: Jet) -> Jet:
    g, d, s = inner
    g = torch.where(primitive.domain.contains(g), g, torch.nan)
    slope = primitive.derivative(g)
    return primitive.evaluate(g) + 0 * g, slope * d, primitive.second_derivative(g) * d.square() + slope * s


def _combined(kind: str, left: Jet, right: Jet) -> Jet:
    (f, fd, fs), (g, gd, gs) = left, right
    if kind == "+":
        return f + g, fd + gd, fs + gs
    if kind == "-":
        return f - g, fd - gd, fs - gs
    if kind == "*":
        return f * g, fd * g + f * gd, fs * g + 2 * fd * gd + f * gs
    q = f / g
    qd = (fd - q * gd) / g
    return q, qd, (fs - 2 * qd * gd - q * gs) / g


def _power(base: Jet, exponent: Node, u: Tensor) -> Jet:
    """f^p; a constant exponent by the power rule, else exp(g·log f) for f > 0."""
    f, d, s = base
    if uses_x(exponent):
        logarithm = _called(LIBRARY["log"], base)
        return _called(LIBRARY["exp"], _combined("*", jet(exponent, u), logarithm))
    p = float(jet(exponent, u[:1].flatten() if u.numel() else torch.zeros(1, dtype=u.dtype))[0][0]) if u.ndim else 0.0
    first = p * f.pow(p - 1) if p != 0 else torch.zeros_like(f)
    second = p * (p - 1) * f.pow(p - 2) if p not in (0.0, 1.0) else torch.zeros_like(f)
    return f.pow(p), first * d, second * d.square() + first * s


def _part(node: Node, domain: Domain, order: int) -> Elementwise:
    def value(u: Tensor) -> Tensor:
        inside = torch.where(domain.contains(u), u, torch.nan).reshape(-1)
        return jet(node, inside)[order].reshape(u.shape)

    return value


def _number(node: Node) -> float:
    """Value of a part without x."""
    return float(jet(node, torch.zeros(1, dtype=torch.float64))[0][0])


def _complexity(node: Node) -> int:
    own = LIBRARY[node.name].complexity if isinstance(node, Call) else 1
    return own + sum(_complexity(child) for child in children(node))


def _zero_makers(node: Node) -> list[Node]:
    """Subtrees whose zeros are poles: denominators, bases of negative powers, less the library's own poles."""
    found = [maker for child in children(node) for maker in _zero_makers(child)]
    if isinstance(node, Operation) and node.kind == "/":
        found += _factors(node.right)
    if isinstance(node, Operation) and node.kind == "^" and isinstance(node.right, Negative):
        found += _factors(node.left)
    if isinstance(node, Call):
        domain = LIBRARY[node.name].domain
        for pole in domain.poles:
            shifted = Operation("-", node.argument, Number(pole))
            period = domain.pole_period
            found.append(shifted if period is None else Call("sin", Operation("*", shifted, Number(math.pi / period))))
    return found


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Operation) and node.kind in "*/":
        return [*_factors(node.left), *_factors(node.right)]
    return _factors(node.left) if isinstance(node, Operation) and node.kind == "^" else [node]


def _domain(node: Node) -> Domain:
    u = torch.linspace(-_REACH, _REACH, _SAMPLES, dtype=torch.float64)
    makers = _zero_makers(node)
    # Counted before any of them is looked for.
    if any(_least_zeros(maker, u) > _MOST_POLES for maker in makers):
        raise PrimitiveError(_TOO_MANY_POLES)
    poles = sorted({root for maker in makers for root in _roots(maker, u)})
    if len(poles) > _MOST_POLES:
        raise PrimitiveError(_TOO_MANY_POLES)
    near = torch.zeros_like(u, dtype=torch.bool)
    for pole in poles:
        near |= (u - pole).abs() < 1e-9
    good = torch.isfinite(jet(node, u)[0]) | near
    low, high = _widest(good)
    if high - low < 2:
        raise PrimitiveError("the function is not defined on any interval of [-10, 10]")
    start = -math.inf if low == 0 else _border(node, float(u[low]), float(u[low - 1]))
    end = math.inf if high == _SAMPLES - 1 else _border(node, float(u[high]), float(u[high + 1]))
    inside = tuple(pole for pole in poles if start + 1e-6 < pole < end - 1e-6)
    return REAL_LINE if math.isinf(start) and math.isinf(end) and not inside else Domain(start, end, poles=inside)


def _widest(good: Tensor) -> tuple[int, int]:
    """First and last index of the longest run of true."""
    best, first = (0, -1), 0
    for place, value in enumerate([*good.tolist(), False]):
        if not value:
            if place - 1 - first > best[1] - best[0]:
                best = (first, place - 1)
            first = place + 1
    return best


def _least_zeros(node: Node, u: Tensor) -> int:
    """How many zeros there are for certain: changes of sign, and steps in which an oscillation is hidden.

    Where the slope has the same sign at both ends of a step and f hardly follows it, f turns at least twice in between: it
    varies faster than the samples tell, as sin(100000 x) does.
    """
    f, slope, _ = jet(node, u)
    crossed = (f[:-1] * f[1:] < 0) | (f[:-1] == 0)
    least = torch.minimum(slope[:-1].abs(), slope[1:].abs()) * u.diff()
    hidden = (slope[:-1] * slope[1:] > 0) & (f.diff() * slope[:-1].sign() < 0.1 * least) & (least > f[:-1].abs())
    return int((crossed | hidden).sum())


def _roots(node: Node, u: Tensor) -> list[float]:
    """Zeros of a subtree where it changes sign or vanishes on a sample, all of them halved at once."""
    f = jet(node, u)[0]
    places = torch.nonzero(f[:-1] * f[1:] < 0)[:, 0]
    low, high, sign = u[places], u[places + 1], f[places]
    for _ in range(60 if len(places) else 0):
        middle = (low + high) / 2
        before = jet(node, middle)[0] * sign > 0
        low, high = torch.where(before, middle, low), torch.where(before, high, middle)
    return [round(root, 12) + 0.0 for root in (*u[f == 0].tolist(), *((low + high) / 2).tolist())]


def _border(node: Node, inside: float, outside: float) -> float:
    """Where the function stops being finite, by bisection."""
    for _ in range(60):
        middle = (inside + outside) / 2
        finite = bool(torch.isfinite(jet(node, torch.tensor([middle], dtype=torch.float64))[0]))
        inside, outside = (middle, outside) if finite else (inside, middle)
    return round((inside + outside) / 2, 12) + 0.0


def _check(primitive: Primitive) -> None:
    """Compare f′ and f″ with central differences where the function is smooth enough to tell."""
    u = torch.linspace(-3.0, 3.0, 121, dtype=torch.float64) + 0.00713
    u = u[primitive.domain.margin(u) > 0.05]
    values = primitive.evaluate(u)
    if len(u) > 1 and float(values.amax() - values.amin()) <= 1e-12 * float(values.abs().amax()):
        raise PrimitiveError("the function does not vary with x")
    h = 1e-5
    for f, slope in ((primitive.evaluate, primitive.derivative), (primitive.derivative, primitive.second_derivative)):
        wanted, exact = (f(u + h) - f(u - h)) / (2 * h), slope(u)
        size = 1 + exact.abs() + f(u).abs()
        told = torch.isfinite(wanted) & torch.isfinite(exact) & (size < 1e6)
        gap = ((wanted - exact).abs() / size)[told]
        if len(gap) and float(gap.median()) > 1e-4:
            raise PrimitiveError(f"the derivative of '{primitive.name[:80]}' fails the numeric check; the function is not smooth")
