"""Sums of edge functions: what sum nodes, product nodes and edges c·f(a·x + b) + d can say, and arithmetic with them.

A `EdgeSum` is d + Σ c·f(a·node + b), which is what enters a subnode. Where f is applied to more than one edge can give, a
node is made: a sum node for its argument, a product node for a product. Equal parts become one node. Called by `lowering`.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property

import torch

from kan_core.errors import FormulaError
from kan_core.layers.structure import NodeKind
from kan_core.primitives.library import PRIMITIVES, get_primitive
from kan_core.symbolic.traced import traced

POWERS = {primitive.exponent: name for name, primitive in PRIMITIVES.items() if primitive.exponent not in (None, 0.0, 1.0)}
"""Exponents that an edge has, by its function."""
_LARGEST_POWER = 100


@dataclass(frozen=True)
class Input:
    """An input column in the network's units."""

    index: int

    @property
    def level(self) -> int:
        """Layers below."""
        return 0


@dataclass(frozen=True, eq=False)
class Made:
    """A sum node of one factor, or a product node of two or more.

    Two that say the same are equal. A digest tells: to compare factor by factor what is made of the same nodes again and again,
    a power of a power of a power, would take time with the product of their numbers.
    """

    kind: NodeKind
    factors: tuple[EdgeSum, ...]

    @cached_property
    def level(self) -> int:
        """Layers below."""
        return 1 + max((term.node.level for factor in self.factors for term, _ in factor.terms), default=0)

    @cached_property
    def _digest(self) -> bytes:
        said = hashlib.blake2b(self.kind.encode(), digest_size=32)
        for factor in self.factors:
            said.update(f"|{factor.constant + 0.0!r}".encode())
            for term, c in factor.terms:
                said.update(f";{term.primitive}:{term.a + 0.0!r}:{term.b + 0.0!r}:{c + 0.0!r}:".encode())
                said.update(b"i%d" % term.node.index if isinstance(term.node, Input) else term.node._digest)  # noqa: SLF001
        return said.digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Made) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)


Source = Input | Made


@dataclass(frozen=True)
class Term:
    """f(a·node + b)."""

    primitive: str
    a: float
    b: float
    node: Source


@dataclass(frozen=True)
class EdgeSum:
    """constant + Σ c·term; no term occurs twice."""

    constant: float = 0.0
    terms: tuple[tuple[Term, float], ...] = ()

    @property
    def is_constant(self) -> bool:
        """Whether no column takes part."""
        return not self.terms

    def scaled(self, factor: float, shift: float = 0.0) -> EdgeSum:
        """factor·self + shift."""
        if factor == 0:
            return EdgeSum(shift)
        return EdgeSum(self.constant * factor + shift, tuple((term, c * factor) for term, c in self.terms))


def value_of(node: Source) -> EdgeSum:
    """A node's value as it is."""
    return EdgeSum(0.0, ((Term("x", 1.0, 0.0, node), 1.0),))


def add(left: EdgeSum, right: EdgeSum) -> EdgeSum:
    """The sum, equal terms together."""
    terms = dict(left.terms)
    for term, c in right.terms:
        terms[term] = terms.get(term, 0.0) + c
    return EdgeSum(left.constant + right.constant, tuple((term, c) for term, c in terms.items() if c != 0))


def times(left: EdgeSum, right: EdgeSum) -> EdgeSum:
    """The product; equal factors become powers, the others a product node."""
    if left.is_constant or right.is_constant:
        plain, factor = (right, left.constant) if left.is_constant else (left, right.constant)
        return plain.scaled(factor)
    coefficient, counts = 1.0, dict[EdgeSum, int]()
    for factor in (*_factors(left), *_factors(right)):
        if factor.is_constant:
            coefficient *= factor.constant
            continue
        own, bare = _without_coefficient(factor)
        coefficient *= own
        counts[bare] = counts.get(bare, 0) + 1
    made = [power(bare, EdgeSum(float(count))) if count > 1 else bare for bare, count in counts.items()]
    return (made[0] if len(made) == 1 else value_of(Made("product", tuple(made)))).scaled(coefficient)


def _factors(value: EdgeSum) -> tuple[EdgeSum, ...]:
    """The factors of a product node that is all of the value, else the value."""
    if value.constant == 0 and len(value.terms) == 1:
        ((term, c),) = value.terms
        if term.primitive == "x" and isinstance(term.node, Made) and term.node.kind == "product":
            return (EdgeSum(c), *term.node.factors)
    return (value,)


def _without_coefficient(value: EdgeSum) -> tuple[float, EdgeSum]:
    """Coefficient and rest, where the value is a coefficient times one term."""
    if value.constant == 0 and len(value.terms) == 1:
        ((term, c),) = value.terms
        return c, EdgeSum(0.0, ((term, 1.0),))
    return 1.0, value


def power(base: EdgeSum, exponent: EdgeSum) -> EdgeSum:
    """Base to an exponent; a power that the library lacks is exp(exponent·log(base)), whole ones are products.

    Raises:
        FormulaError: a constant base that is not positive, a constant without a value, or a whole exponent beyond ±100.
    """
    if not exponent.is_constant:
        return apply("exp", times(exponent, _logarithm(base)))
    if base.is_constant:
        return EdgeSum(traced(_constant_power(base.constant, exponent.constant), base.constant, exponent.constant))
    return _fixed_power(base, exponent.constant)


def _logarithm(base: EdgeSum) -> EdgeSum:
    if base.is_constant and base.constant <= 0:
        raise FormulaError(f"{float(base.constant):g}^(…) has no real value between whole exponents; use a positive base")
    return apply("log", base)


def _fixed_power(base: EdgeSum, exponent: float) -> EdgeSum:
    n = float(exponent)
    if n in (0.0, 1.0):
        return base if n else EdgeSum(1.0)
    if n in POWERS:
        return apply(POWERS[n], base)
    if not n.is_integer():
        return apply("exp", apply("log", base).scaled(exponent))
    if abs(n) > _LARGEST_POWER:
        raise FormulaError(f"the exponent {n:g} is too large; whole exponents up to ±{_LARGEST_POWER} are allowed")
    return _whole_power(base, n)


def _whole_power(base: EdgeSum, n: float) -> EdgeSum:
    """Products of fifth powers and what remains."""
    sign, count = math.copysign(1.0, n), int(abs(n))
    factors = [apply(POWERS[5.0 * sign], base)] * (count // 5)
    rest = count % 5
    if rest:
        factors.append(base if rest == 1 and sign > 0 else apply(POWERS[rest * sign], base))
    return value_of(Made("product", tuple(factors)))


def _constant_power(base: float, exponent: float) -> float:
    base, exponent = float(base), float(exponent)
    if base == 0 and exponent < 0:
        raise FormulaError("the formula divides by zero")
    try:
        value = base**exponent
    except (OverflowError, ZeroDivisionError):
        value = math.nan
    if isinstance(value, complex) or not math.isfinite(value):
        raise FormulaError(f"{base:g}^{exponent:g} has no finite real value")
    return value


def apply(primitive: str, argument: EdgeSum) -> EdgeSum:
    """f(argument), on an edge where the argument is affine in one node, else on an edge that leaves a node made for it."""
    if primitive == "x":
        return argument
    if argument.is_constant:
        given = float(argument.constant)
        value = float(get_primitive(primitive).evaluate(torch.tensor(given, dtype=torch.float64)))
        if not math.isfinite(value):
            raise FormulaError(f"{primitive} has no finite value at {given:g}")
        return EdgeSum(traced(value, argument.constant))
    if len(argument.terms) == 1 and argument.terms[0][0].primitive == "x":
        ((term, c),) = argument.terms
        return EdgeSum(0.0, ((Term(primitive, c, argument.constant, term.node), 1.0),))
    return EdgeSum(0.0, ((Term(primitive, 1.0, 0.0, Made("sum", (argument,))), 1.0),))
