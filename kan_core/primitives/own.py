"""A person's own function of x as a primitive: exact derivatives; its domain and invariances are found, and all is checked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from kan_core.errors import PrimitiveError
from kan_core.expression.bridge import to_sympy
from kan_core.expression.derivatives import Jet, jets
from kan_core.expression.domain import Domain
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.normal import normal
from kan_core.expression.operations import Steps
from kan_core.expression.own import OwnFunction
from kan_core.expression.tree import (
    MINUS_ONE,
    ONE,
    Apply,
    Column,
    Exact,
    Expression,
    Power,
    Product,
    Sum,
    children,
    columns_of,
    product,
)
from kan_core.primitives.catalogue import PRIMITIVES
from kan_core.primitives.domains import domain_of
from kan_core.primitives.invariances import invariances
from kan_core.primitives.primitive import Derivative, Primitive

# Exponents up to which powers are counted as written out; beyond, sympy keeps them.
_WRITTEN_OUT = 100


def primitive_of(function: OwnFunction) -> Primitive:
    """The function as edges have it.

    Raises:
        PrimitiveError: not of x alone, nowhere defined on [-10, 10], without x, or its derivative fails the check.
    """
    name, tree = function.name, function.tree
    if not name.isascii() or not name.isprintable() or name in PRIMITIVES:
        raise PrimitiveError(f"'{name[:80]}' cannot name a new function; choose another ASCII name")
    if len(function.names) != 1:
        raise PrimitiveError(f"'{name[:80]}' takes {len(function.names)} arguments; an edge is a function of one")
    if not columns_of(tree):
        raise PrimitiveError(f"the function does not depend on {function.names[0]}")
    steps = Steps([tree])
    domain = domain_of(tree)
    first, second = _derivative(steps, domain, 1), _derivative(steps, domain, 2)

    def value(u: Tensor) -> Tensor:
        return _part(steps, domain, u, 0)

    parity, homogeneity = invariances(value, domain)
    short = normal(tree)
    primitive = Primitive(
        name=name,
        expression=tree,
        evaluate=value,
        derivative=first,
        second_derivative=second,
        symbol=lambda argument: to_sympy(short, (argument,)),
        complexity=_complexity(tree),
        domain=domain,
        parity=parity,
        homogeneity=homogeneity,
        copies=_copies(tree),
    )
    _check(primitive)
    return primitive


def _derivative(steps: Steps, domain: Domain, order: int) -> Derivative:
    return lambda u, value=None: _part(steps, domain, u, order)  # noqa: ARG005, f(u) does not help


def _part(steps: Steps, domain: Domain, u: Tensor, order: int) -> Tensor:
    within = torch.where(domain.contains(u), u, torch.nan)
    if order == 0:
        return steps.values(torch, [within])[0].expand_as(u)
    jet = jets(torch, steps, [within], second=order == 2)[0]
    return _of_order(jet, order).expand_as(u) + 0 * within


def _of_order(jet: Jet, order: int) -> Tensor:
    none = torch.zeros_like(jet.value)
    return jet.first.get(0, none) if order == 1 else jet.second.get((0, 0), none)


def _complexity(node: Expression) -> int:
    """Signs, numbers and x count 1 each, a function what its row says."""
    match node:
        case Apply(function, arguments):
            return FUNCTIONS[function].complexity + sum(map(_complexity, arguments))
        case Sum(parts):
            return sum(_complexity(_without_sign(part)) for part in parts) + len(parts) - 1
        case Product(parts):
            rest = _without_sign(node)
            return 1 + _complexity(rest) if rest != node else _of_product(parts)
        case Power(base, exponent):
            return _of_product((node,)) if exponent == MINUS_ONE else 1 + _complexity(base) + _complexity(exponent)
        case _:
            return 1


def _of_product(parts: Sequence[Expression]) -> int:
    """Factors and the signs between them; what is below the line is written without its exponent."""
    below = [part.base for part in parts if isinstance(part, Power) and part.exponent == MINUS_ONE]
    above = [part for part in parts if not (isinstance(part, Power) and part.exponent == MINUS_ONE)] or [ONE]
    return sum(map(_complexity, (*above, *below))) + len(above) + len(below) - 1


def _without_sign(part: Expression) -> Expression:
    """A term of a sum: its minus sign is the sum's."""
    if isinstance(part, Product) and part.parts[0] == MINUS_ONE:
        return product(*part.parts[1:])
    return part


def _copies(node: Expression) -> int:
    """How often x is written when every power is multiplied out: what an expression grows by when it is put in."""
    if isinstance(node, Power) and isinstance(node.exponent, Exact):
        power = abs(node.exponent.value)
        return _copies(node.base) * (math.ceil(power) if 1 <= power <= _WRITTEN_OUT else 1)
    return int(isinstance(node, Column)) + sum(_copies(child) for child in children(node))


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
