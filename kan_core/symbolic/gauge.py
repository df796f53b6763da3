"""Apply a primitive to a combination in its canonical gauge, each numeric factor where it reads best.

exp: additive constants go outside as a factor. log: factors go outside as a constant. Homogeneous functions: the
factor goes outside to its power. sin, cos, tan: the phase modulo the period, quarter turns swap sin and cos.
Even and odd functions: the first coefficient is positive. Powers of a single term merge. So neighbouring edges'
overlapping constants (d of one, b of the next) never show twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
import torch

from kan_core.expression.functions import FUNCTIONS, Function
from kan_core.expression.normal import merged_product, number_to, raised
from kan_core.expression.order import as_power, split_coefficient
from kan_core.expression.tree import Apply, Column, Exact, Expression, Power, Product, Sum, rebuilt
from kan_core.primitives.library import get_primitive
from kan_core.symbolic.combination import Combination, Workspace, sum_of, tidy

# Constants of an exponent beyond which they stay in it: factors of more than 13 decades say less than where the curve lies,
# and on columns far from zero they meet values that are no doubles any more.
_LARGEST_EXPONENT = 30.0
# The same where a logarithm stands beside them, which makes a power of the rest.
_LARGEST_EXPONENT_OF_POWERS = 600.0
_NEGLIGIBLE = 1e-6


def apply_primitive(work: Workspace, name: str, u: Combination) -> Combination:
    """f(u) as a combination.

    Args:
        work: sample rows and tolerance.
        name: of a primitive in the library.
        u: its argument, already distributed.
    """
    u = tidy(work, u)
    if not math.isfinite(u.constant) or not all(math.isfinite(coefficient) for _, coefficient in u.terms):
        return Combination(math.nan)
    if not u.terms:
        return Combination(_at(name, u.constant))
    primitive = get_primitive(name)
    if primitive.exponent is not None:
        return _fixed_power(work, u, primitive.exponent)
    made = None if primitive.row is None else _of_row(work, u, primitive.row)
    if made is not None:
        return made
    if primitive.homogeneity is not None:
        return _power_like(work, u, name)
    if primitive.parity is not None:
        return _with_parity(work, u, name)
    return _atom(_applied(name, u.expression()))


def _of_row(work: Workspace, u: Combination, row: Function) -> Combination | None:
    """By the laws of addition of a function, or by what it is made of; None where parity and homogeneity are all."""
    if row.period is not None:
        return _periodic(work, u, row)
    if row.shift_is_factor:
        return _exponential(work, u)
    if row.factor_is_shift:
        # A logarithm to another base is the natural one with a factor, its value at e.
        return _logarithm(work, u).scaled(float(row.value(np, math.e)))
    form = form_of(row.edge_name)
    return _walked(work, form, u) if row.copies == 1 and form != Apply(row.name, (Column(0),)) else None


def _fixed_power(work: Workspace, u: Combination, exponent: float) -> Combination:
    if exponent == 0:
        return Combination(1.0)
    return u if exponent == 1 else power(work, u, Fraction(exponent))


def _walked(work: Workspace, form: Expression, u: Combination) -> Combination:
    """A function that is made of others, exp(-u²) for the bell, each of which has its own gauge."""
    match form:
        case Column():
            return u
        case Exact(value):
            return Combination(value)
        case Sum(parts):
            return sum_of([_walked(work, part, u) for part in reversed(parts)])
        case Product(parts):
            return multiply(work, [_walked(work, part, u) for part in parts])
        case Power(base, Exact(exponent)):
            return power(work, tidy(work, _walked(work, base, u)), Fraction(exponent))
        case Apply(function, (argument,)):
            return apply_primitive(work, FUNCTIONS[function].edge_name, _walked(work, argument, u))
        case _:
            return _atom(rebuilt(form, lambda node: u.expression() if isinstance(node, Column) else None))


def multiply(work: Workspace, factors: Sequence[Combination]) -> Combination:
    """Product of combinations; numeric factors go outside."""
    scale, atoms = 1.0, list[Expression]()
    open_factors: list[Combination] = []
    for factor in (tidy(work, factor) for factor in factors):
        if not factor.terms:
            scale *= factor.constant
        else:
            open_factors.append(factor)
    if len(open_factors) <= 1:
        return open_factors[0].scaled(scale) if open_factors else Combination(scale)
    for factor in open_factors:
        share = _common_factor(factor)
        scale *= share
        atoms.append(factor.scaled(1 / share).expression())
    return _atom(merged_product(*atoms), scale)


def power(work: Workspace, u: Combination, exponent: Fraction) -> Combination:
    """u^p for a rational p; roots keep the sign inside, since u may be -x with x < 0."""
    whole = exponent.denominator == 1
    if whole and exponent > 1 and work.expand and len(u.terms) == 1 and u.constant != 0:
        return _binomial(u, int(exponent))
    share = _common_factor(u) if whole else abs(_common_factor(u))
    inside = tidy(work, u.scaled(1 / share))
    return _atom(raised(inside.expression(), float(exponent)), number_to(share, float(exponent)))


def _exponential(work: Workspace, u: Combination) -> Combination:
    """e^(Σ c·A + k) = e^k·e^(Σ c·A); a term c·log B becomes the factor B^c. A large k stays: e^(c·(A + k/c))."""
    powers = any(isinstance(atom, Apply) and atom.function == "log" for atom, _ in u.terms)
    if abs(u.constant) > (_LARGEST_EXPONENT_OF_POWERS if powers else _LARGEST_EXPONENT):
        share = u.terms[0][1]
        return _atom(Apply("exp", (merged_product(Exact(share), u.scaled(1 / share).expression()),)))
    factors: list[Expression] = []
    outside = math.exp(u.constant)
    rest: list[tuple[Expression, float]] = []
    for atom, coefficient in u.terms:
        if isinstance(atom, Apply) and atom.function == "log":
            scale, base = split_coefficient(atom.arguments[0])
            if base is not None and (scale > 0 or coefficient.is_integer()):
                outside *= number_to(scale, coefficient)
                factors.append(raised(base, coefficient))
            else:
                factors.append(raised(atom.arguments[0], coefficient))
        else:
            rest.append((atom, coefficient))
    exponent = Combination(0.0, tuple(rest))
    if rest:
        factors.append(Apply("exp", (exponent.expression(),)))
    atom = merged_product(*factors)
    if len(factors) == 1 and isinstance(atom, Apply) and atom.function == "exp":
        work.exponents[atom] = exponent
    return _atom(atom, outside)


def _logarithm(work: Workspace, u: Combination) -> Combination:
    """log(s·v) = log s + log v for s > 0; log e^v = v; log B^n = n·log B for odd or broken n."""
    single = u.single
    if single is not None and single[1] > 0:
        atom, factor = single
        opened = work.exponents.get(atom)
        if opened is not None:
            return opened.scaled(1.0, math.log(factor))
        base, exponent = as_power(atom)
        if base is not atom and (2 * exponent).is_integer() and exponent % 2 != 0:
            return Combination(math.log(factor), ((Apply("log", (base,)), exponent),))
    share = abs(_common_factor(u))
    inside = tidy(work, u.scaled(1 / share))
    return Combination(math.log(share), ((Apply("log", (inside.expression(),)), 1.0),))


def _periodic(work: Workspace, u: Combination, row: Function) -> Combination:
    """The phase modulo the period; where a quarter turn makes another function, as small as it gets."""
    if row.quarter is not None:
        return _circular(work, u, row)
    phase = math.remainder(u.constant, row.period or math.inf)
    return _with_parity(work, Combination(phase, u.terms), row.edge_name)


def _circular(work: Workspace, u: Combination, row: Function) -> Combination:
    """Phases near a multiple of a quarter turn choose between sin and cos; others are made as small as possible."""
    quarters = round(u.constant / (math.pi / 2))
    rest = u.constant - quarters * (math.pi / 2)
    if quarters != 0 and abs(rest) <= work.tolerance * _reach(work, u):
        turned, sign = row, 1.0
        for _ in range(quarters % 4):
            name, turn = turned.quarter or (turned.name, 1.0)
            turned, sign = FUNCTIONS[name], sign * turn
        return _with_parity(work, Combination(0.0, u.terms), turned.edge_name).scaled(sign)
    half_turns = round(u.constant / math.pi)
    reduced = Combination(u.constant - half_turns * math.pi if half_turns else u.constant, u.terms)
    return _with_parity(work, reduced, row.edge_name).scaled(-1.0 if half_turns % 2 else 1.0)


def _with_parity(work: Workspace, u: Combination, name: str) -> Combination:
    """f(-v) = ±f(v): the first coefficient of v is positive."""
    del work
    sign = 1.0
    if u.terms[0][1] < 0:
        u = u.scaled(-1.0)
        sign = 1.0 if get_primitive(name).parity == "even" else -1.0
    return _atom(_applied(name, u.expression()), sign)


def _power_like(work: Workspace, u: Combination, name: str) -> Combination:
    """|u|, sgn u and a person's own homogeneous functions: f(s·u) = s^p·f(u) for s > 0, for s < 0 by parity."""
    parity = get_primitive(name).parity
    share = _common_factor(u) if parity is not None else abs(_common_factor(u))
    inside = tidy(work, u.scaled(1 / share))
    degree = get_primitive(name).homogeneity or 0.0
    sign = -1.0 if share < 0 and parity == "odd" else 1.0
    return _atom(_applied(name, inside.expression()), sign * abs(share) ** degree)


def _binomial(u: Combination, n: int) -> Combination:
    """(c·A + k)^n written out."""
    (atom, c), k = u.terms[0], u.constant
    terms = tuple((raised(atom, float(i)), math.comb(n, i) * c**i * k ** (n - i)) for i in range(n, 0, -1))
    return Combination(k**n, terms)


def _common_factor(u: Combination) -> float:
    """The factor whose removal leaves the most coefficients ±1; with equal counts the first term's, with its sign."""
    if u.single is not None:
        return u.single[1]
    numbers = [coefficient for _, coefficient in u.terms] + ([u.constant] if u.constant else [])
    largest = max(map(abs, numbers))
    candidates = [value for value in (u.terms[0][1], 1.0, *numbers[1:]) if abs(value) >= _NEGLIGIBLE * largest] or [largest]

    def units(candidate: float) -> int:
        return sum(math.isclose(abs(value), abs(candidate), rel_tol=1e-9) for value in numbers)

    best = max(candidates, key=units)
    return math.copysign(best, u.terms[0][1])


def _reach(work: Workspace, u: Combination) -> float:
    """Half the range of u on the sample rows."""
    values = work.rows.values(Combination(0.0, u.terms).expression())
    finite = values[np.isfinite(values)]
    return float(np.ptp(finite)) / 2 if len(finite) else 0.0


def _at(name: str, value: float) -> float:
    """Value of the primitive at a number."""
    return float(get_primitive(name).evaluate(torch.tensor(value, dtype=torch.float64)))


def _applied(name: str, argument: Expression) -> Expression:
    """f(argument), an own function by its definition."""
    return rebuilt(form_of(name), lambda node: argument if isinstance(node, Column) else None)


@lru_cache(maxsize=512)
def form_of(name: str) -> Expression:
    """A primitive f(x) as a tree whose one input is x."""
    return get_primitive(name).form


def _atom(expression: Expression, factor: float = 1.0) -> Combination:
    """factor·expression; numbers in front of it join the factor."""
    coefficient, rest = split_coefficient(expression)
    return Combination(coefficient * factor) if rest is None else Combination(0.0, ((rest, coefficient * factor),))
