"""Sums, products and powers with like parts merged, numbers in front and the rest in order: one form for equal formulas.

    2·x + x → 3·x,   x·x² → x³,   e^u·e^v → e^(u+v),   (x·y)² → x²·y²,   √x·√x → x

What a network writes, and what comes back from sympy, is built here; a formula that a person typed stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.numbers import is_number
from kan_core.expression.operations import evaluated
from kan_core.expression.order import as_power, factors_of, ordered_factors, ordered_terms, split_coefficient
from kan_core.expression.tree import ONE, ZERO, Apply, Exact, Expression, Power, Product, Sum, children, with_children

NAN = Exact(math.nan, "nan")
"""The value of what is not defined."""
# Denominators of exponents that belong to the form, as in x^(3/2).
_DENOMINATOR = 2
# Exponents up to which a power of a number is kept as one.
_MOST = 12


def merged_sum(*terms: Expression) -> Expression:
    """The sum of its terms, like ones collected."""
    constant, order = 0.0, dict[Expression, float]()
    flat = [part for term in terms for part in (term.parts if isinstance(term, Sum) else (term,))]
    for term in flat:
        if _undefined(term):
            return NAN
        coefficient, rest = split_coefficient(term)
        if rest is None:
            constant += coefficient
        else:
            order[rest] = order.get(rest, 0.0) + coefficient
    parts = [merged_product(Exact(coefficient), rest) for rest, coefficient in order.items() if coefficient != 0]
    if any(_undefined(part) for part in parts) or not math.isfinite(constant):
        return NAN
    if constant != 0 or not parts:
        parts.append(Exact(constant))
    return parts[0] if len(parts) == 1 else Sum(ordered_terms(parts))


def merged_product(*factors: Expression) -> Expression:
    """The product of its factors, powers of the same base and exponentials collected."""
    number, exponents, kept = 1.0, list[Expression](), list[Expression]()
    powers: dict[Expression, list[Expression]] = {}
    flat = [part for factor in factors for part in factors_of(factor)]
    for factor in flat:
        match factor:
            case Exact(value, ""):
                number *= value
            case Exact():
                kept.append(factor)
            case Apply("exp", (exponent,)):
                exponents.append(exponent)
            case _:
                powers.setdefault(as_power(factor)[0], []).append(factor)
    if number == 0:
        return ZERO
    if not math.isfinite(number) or any(_undefined(part) for part in kept):
        return NAN
    kept += [_joined_powers(base, same) for base, same in powers.items()]
    if exponents:
        together = exponents[0] if len(exponents) == 1 else merged_sum(*exponents)
        kept += [] if together == ZERO else [Apply("exp", (together,))]
    return _with_number(number, kept)


def _joined_powers(base: Expression, same: Sequence[Expression]) -> Expression:
    return same[0] if len(same) == 1 else raised(base, math.fsum(as_power(factor)[1] for factor in same))


def raised(base: Expression, exponent: float) -> Expression:
    """base^exponent; powers of powers and of products are taken apart where that is true for every sign."""
    if exponent == 0 or base == ONE:
        return ONE
    if _undefined(base) or not math.isfinite(exponent):
        return NAN
    if isinstance(base, Exact) and not base.symbol:
        return _number_raised(base, exponent)
    return base if exponent == 1 else _formula_raised(base, exponent)


def _formula_raised(base: Expression, exponent: float) -> Expression:
    if exponent.is_integer():
        if isinstance(base, Product):
            return merged_product(*(raised(part, exponent) for part in base.parts))
        if isinstance(base, Apply) and base.function == "exp":
            return Apply("exp", (_times(exponent, base.arguments[0]),))
        inner, power = as_power(base)
        if power != 1:
            return raised(inner, power * exponent)
    return _power(base, exponent)


def normal(node: Expression) -> Expression:
    """A formula of any form in this one; functions that are made of more familiar ones are written so."""
    parts = [normal(part) for part in children(node)]
    match node:
        case Sum():
            return merged_sum(*parts)
        case Product():
            return merged_product(*parts)
        case Power(_, exponent) if is_number(exponent):
            power = _double(exponent)
            # The digits of a number to a large power are worth nothing: it is the double it is.
            return Exact(_double(node)) if is_number(node) and not abs(power) <= _MOST else raised(parts[0], power)
        case Apply(function) if (row := FUNCTIONS.get(function)) is not None and row.spelled is not None:
            return normal(row.spelled(*parts))
        case _:
            return with_children(node, tuple(parts))


def _double(number: Expression) -> float:
    with np.errstate(all="ignore"):
        return float(evaluated(np, number, ()))


def number_to(base: float, exponent: float) -> float:
    """base^exponent; infinite where it is too large, NaN where it is not real."""
    try:
        value = base**exponent
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.nan
    return math.nan if isinstance(value, complex) else value


def _number_raised(base: Exact, exponent: float) -> Expression:
    """A power of a number, exact where the number is."""
    value = number_to(base.value, exponent)
    if not math.isfinite(value):
        return NAN
    if value.is_integer() or not base.value.is_integer():
        return Exact(value)
    inverse = number_to(base.value, -exponent)
    if not inverse.is_integer():
        return _power(base, exponent)
    return Exact(value, f"1/{inverse:.0f}" if inverse > 0 else f"-1/{-inverse:.0f}")


def fraction_text(value: float) -> str:
    """How an exponent with a small denominator is written; nothing for whole numbers and others."""
    share = Fraction(value).limit_denominator(_DENOMINATOR)
    return f"{share}" if share == value and share.denominator != 1 else ""


def _power(base: Expression, exponent: float) -> Expression:
    if exponent == 0.5:
        return Apply("sqrt", (base,))
    if exponent == -0.5:
        return Power(Apply("sqrt", (base,)), Exact(-1.0))
    return Power(base, Exact(exponent, fraction_text(exponent)))


def _times(number: float, node: Expression) -> Expression:
    """number·node, written out over a sum."""
    parts: Iterable[Expression] = node.parts if isinstance(node, Sum) else (node,)
    made = [merged_product(Exact(number), part) for part in parts]
    return made[0] if len(made) == 1 else Sum(tuple(made))


def _with_number(number: float, factors: list[Expression]) -> Expression:
    flat = [inner for factor in factors for inner in factors_of(factor)]
    loose = [factor.value for factor in flat if isinstance(factor, Exact) and not factor.symbol]
    if loose:
        # A power of a product gave its number back.
        return _with_number(
            number * math.prod(loose), [factor for factor in flat if not (isinstance(factor, Exact) and not factor.symbol)]
        )
    if not flat:
        return Exact(number)
    ordered = ordered_factors(flat)
    if number != 1:
        ordered = (Exact(number), *ordered)
    return ordered[0] if len(ordered) == 1 else Product(ordered)


def _undefined(node: Expression) -> bool:
    return isinstance(node, Exact) and not math.isfinite(node.value)
