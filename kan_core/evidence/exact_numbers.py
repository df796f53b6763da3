"""Which exact number a fitted constant may stand for; a number is named only when the rows pin it down.

The numbers are p/q·u with units u such as 1, π, e, √2, 1/√(2π), numbers of three digits such as 9.81, and their reciprocals.
A number x has the price

    L(x) = 1 + log₂ p + 1.5·log₂ q + price of u               in bits; three digits cost 5 bits more than the whole number

Near a value x there are ρ(x) numbers to a unit that cost no more than it. A constant that is no exact number lies within
reach = max(2·standard error, 1e-9·|x|) of one of them by chance about

    rivals(x) = 2·reach·ρ(x)

times. x is proposed when that is at most `chance`: since cheaper numbers are among those that are counted, this bounds how
often any number is proposed for a constant that is none. 0, with which a term goes, needs only to lie within reach;
1, with which a factor goes, only that no other whole number does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class ExactOptions:
    """Settings.

    Attributes:
        chance: rivals that a number may have; so often, at most, a constant that is none is taken for an exact number.
        factor_chance: the same for ±1, with which a factor goes: below it no other whole number is within reach.
        errors: standard errors that a number may be away.
        rounding: relative distance that is nothing but arithmetic.
        count: of proposals for a constant.
        denominator: largest q beside any p up to twice that, and half as much for q up to twice that.
        digits: of decimal numbers, at most; rows without noise pin down 8.314 as well.
    """

    chance: float = 0.05
    factor_chance: float = 0.5
    errors: float = 2.0
    rounding: float = 1e-9
    count: int = 3
    denominator: int = 12
    digits: int = 3


@dataclass(frozen=True, slots=True)
class ExactNumber:
    """One number.

    Attributes:
        text: as `expression.exact.read_exact` reads it.
        value: its double.
        price: in bits; 0 for 0, 1 for ±1.
        rivals: how many that cost no more are to be expected within reach by chance.
    """

    text: str
    value: float
    price: float
    rivals: float


def exact_numbers(value: float, error: float, options: ExactOptions | None = None) -> list[ExactNumber]:
    """Up to three exact numbers that a constant may stand for: 0 and ±1 first, then the cheapest.

    Args:
        value: fitted.
        error: its standard error; NaN or infinite where the rows do not determine it, which names nothing.
        options: settings.
    """
    options = options or ExactOptions()
    if not math.isfinite(value) or not math.isfinite(error):
        return []
    reach = max(options.errors * error, options.rounding * abs(value))
    found: list[ExactNumber] = []
    if abs(value) <= reach:
        found.append(ExactNumber("0", 0.0, 0.0, 0.0))
    seen: set[float] = set()
    for number in sorted(_near(abs(value), reach, options), key=lambda each: (each.price, abs(each.size - abs(value)))):
        if len(found) >= options.count:
            break
        if any(math.isclose(number.size, other, rel_tol=1e-12) for other in seen):
            continue
        seen.add(number.size)
        rivals = 2 * reach * _density(number.size, number.price, options)
        if rivals > options.chance and number.size != 1:
            # Dearer numbers only have more rivals.
            break
        if rivals <= (options.factor_chance if number.size == 1 else options.chance):
            text, size = (f"-{number.text}", -number.size) if value < 0 else (number.text, number.size)
            found.append(ExactNumber(text, size, number.price, rivals))
    return found


@dataclass(frozen=True, slots=True)
class _Number:
    """A positive number."""

    text: str
    size: float
    price: float


@dataclass(frozen=True, slots=True)
class _Unit:
    """What whole numbers and fractions are multiplied by: above/below."""

    above: str
    below: str
    size: float
    price: float

    def text(self, number: Fraction) -> str:
        """Fifths and tenths as decimals, where nothing but the fraction is written."""
        if not self.above and not self.below and number.denominator in (5, 10, 20):
            return f"{float(number):.12g}"
        above = [str(number.numerator)] if number.numerator != 1 or not self.above else []
        above += [self.above] if self.above else []
        below = [str(number.denominator)] if number.denominator != 1 else []
        below += [self.below] if self.below else []
        under = f"/({'*'.join(below)})" if len(below) > 1 else f"/{below[0]}" if below else ""
        return "*".join(above) + under


@lru_cache(maxsize=1)
def _units() -> tuple[_Unit, ...]:
    """In order of price: how much longer a number gets by them in a text, roughly in bits."""
    roots = (2, 3, 5, 6, 7, 10)
    pi, e = math.pi, math.e
    units = [_Unit("", "", 1.0, 0.0), _Unit("pi", "", pi, 1.0), _Unit("e", "", e, 2.0)]
    units += [_Unit(f"sqrt({n})", "", math.sqrt(n), 2.0 + 0.2 * place) for place, n in enumerate(roots)]
    units += [_Unit("pi^2", "", pi**2, 3.5), _Unit("", "pi", 1 / pi, 3.5), _Unit("sqrt(pi)", "", math.sqrt(pi), 3.5)]
    units += [_Unit("sqrt(2)*pi", "", math.sqrt(2) * pi, 3.5), _Unit("sqrt(3)*pi", "", math.sqrt(3) * pi, 3.5)]
    units += [_Unit("e*pi", "", e * pi, 3.5), _Unit("", "sqrt(pi)", 1 / math.sqrt(pi), 4.5), _Unit("", "pi^2", pi**-2, 4.5)]
    units += [_Unit("sqrt(2*pi)", "", math.sqrt(2 * pi), 4.5), _Unit("", "sqrt(2*pi)", 1 / math.sqrt(2 * pi), 4.5)]
    return tuple(units)


_DIGITS_PRICE = 5.0
"""What three digits cost beyond the whole number that they are: the place of the point, and that any measured value has them."""


def _price(numerator: float, denominator: float) -> float:
    return 1 + math.log2(max(1.0, numerator)) + 1.5 * math.log2(denominator)


def _near(size: float, reach: float, options: ExactOptions) -> Iterator[_Number]:
    """All numbers within reach of a positive value."""
    if size == 0:
        return
    for unit in _units():
        wanted = size / unit.size
        for q in _denominators(wanted, options):
            p = round(wanted * q)
            if p < 1 or not _allowed(p, q, options) or math.gcd(p, q) > 1:
                continue
            number = Fraction(p, q)
            if abs(float(number) * unit.size - size) <= reach:
                yield _Number(unit.text(number), float(number) * unit.size, unit.price + _price(p, q))
    yield from _digits(size, reach, options.digits)


def _denominators(wanted: float, options: ExactOptions) -> set[int]:
    whole = round(1 / wanted) if wanted > 1e-12 else 1
    return {*range(1, 2 * options.denominator + 1), whole or 1}


def _allowed(p: int, q: int, options: ExactOptions) -> bool:
    """Whole numbers and their reciprocals, and fractions of small numbers."""
    if q == 1 or p == 1:
        return True
    largest = 2 * options.denominator if q <= options.denominator else options.denominator
    return p <= largest and q <= 2 * options.denominator


def _digits(size: float, reach: float, most: int) -> Iterator[_Number]:
    """Numbers of three digits, or as many more as it takes, and reciprocals of such numbers."""
    if not 1e-12 < size < 1e12:
        return
    for upside_down in (False, True):
        for digits in range(3, most + 1):
            text = f"{float(f'{1 / size if upside_down else size:.{digits - 1}e}'):.12g}"
            number = 1 / float(text) if upside_down else float(text)
            if abs(number - size) <= reach:
                mantissa = int(f"{float(text):.{digits - 1}e}".split("e")[0].replace(".", "").rstrip("0"))
                price = _DIGITS_PRICE + math.log2(mantissa) + upside_down
                yield _Number(f"1/{text}" if upside_down else text, number, price)
                break


def _density(size: float, price: float, options: ExactOptions) -> float:
    """Numbers to a unit near a value that cost at most so much."""
    found = 0.0
    for unit in _units():
        wanted = size / unit.size
        if unit.price + 1 > price + _SAME:
            continue
        for q, coprime in _coprime(2 * options.denominator):
            p = wanted * q
            if p >= 0.5 and _allowed(max(1, round(p)), q, options) and unit.price + _price(p, q) <= price + _SAME:
                found += coprime / unit.size
        # Reciprocals 1/n beyond the fractions lie as dense as n does in 1/x.
        if wanted < 1 / (2 * options.denominator) and unit.price + _price(1, 1 / wanted) <= price + _SAME:
            found += 1 / (wanted**2 * unit.size)
    return found + _digits_density(size, price, options.digits)


_SAME = 1e-9
"""Bits that rounding adds to a price."""


def _digits_density(size: float, price: float, most: int) -> float:
    """Numbers of up to so many digits, and reciprocals of these, that cost at most so much."""
    found = 0.0
    for upside_down in (0, 1):
        shown = 1 / size if upside_down else size
        place = 10.0 ** math.floor(math.log10(shown))
        for digits in range(most - 1, -1, -1):
            if _DIGITS_PRICE + math.log2(shown / place * 10**digits) + upside_down <= price + _SAME:
                found += 10**digits / place * (shown**2 if upside_down else 1.0)
                break
    return found


@lru_cache(maxsize=4)
def _coprime(largest: int) -> tuple[tuple[int, int], ...]:
    """(q, how many numerators to a whole are coprime to it)."""
    return tuple((q, sum(math.gcd(p, q) == 1 for p in range(1, q + 1))) for q in range(1, largest + 1))
