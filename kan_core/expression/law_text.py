"""A law as formulas that are shown: exact numbers where constants are exact, and LaTeX in which each constant can be found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kan_core.expression.complexity import complexity
from kan_core.expression.exact import read_exact
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.own import written_out
from kan_core.expression.tree import Exact, Expression, negative, with_constants
from kan_core.expression.typeset import Style, typeset


def plain(law: Law) -> tuple[Expression, ...]:
    """The formulas with numbers in place of all constants, own functions written out."""
    numbers = {constant.name: number_of(constant) for constant in law.constants}
    return tuple(with_constants(written_out(expression), numbers) for expression in law.expressions)


def number_of(constant: LawConstant) -> Exact:
    """A constant as a leaf."""
    return Exact(constant.value, "" if constant.value.is_integer() else constant.symbol)


def law_complexity(law: Law) -> int:
    """Of all targets together; a constant counts as much as a number."""
    return sum(complexity(expression) for expression in plain(law))


def law_latex(
    law: Law,
    columns: Sequence[str],
    digits: int | None = 4,
    *,
    errors: Mapping[str, float] | None = None,
    marked: bool = False,
) -> tuple[str, ...]:
    """LaTeX of each formula; `marked` with each constant's name beside it, for a page to find, else the same text without.

    Args:
        law: with its values.
        columns: names of the inputs.
        digits: significant ones of numbers; None for all.
        errors: standard errors, which decide how many digits their constants have.
        marked: see above.
    """
    style = law_style(law, digits, errors=errors, marked=marked)
    return tuple(typeset(written_out(expression), columns, style) for expression in law.expressions)


def law_style(
    law: Law, digits: int | None = 4, *, errors: Mapping[str, float] | None = None, marked: bool = False, names: bool = False
) -> Style:
    """How parts of a law are typeset: constants as their values, exact ones as their numbers; with `names` the others by name."""
    shown = [each for each in law.constants if not names or each.state == "exact"]
    values = {constant.name: constant.value for constant in shown}
    sizes = {each.name: _size(each) for each in law.constants if each.state == "exact"}
    known = errors or {}
    digits_of = {each.name: significant(each.value, known[each.name]) for each in law.constants if each.name in known}
    return Style(digits, values=values, sizes=sizes, digits_of=digits_of, marked=marked)


def significant(value: float, error: float, most: int = 6) -> int:
    """Digits of a value that its standard error leaves: down to the error's first, or second where that begins with 1.

    Args:
        value: of the constant.
        error: its standard error; not finite or 0 gives `most`.
        most: more cannot be read at a glance; copies with all digits have them all.
    """
    if not math.isfinite(error) or error <= 0:
        return most
    if value == 0:
        return 1
    digits, exponent = f"{error:.1e}".split("e")
    last = int(exponent) - (1 if digits.startswith("1") else 0)
    return min(most, max(1, math.floor(math.log10(abs(value))) - last + 1))


def _size(constant: LawConstant) -> Expression:
    number = read_exact(constant.symbol)
    return folded(negative(number)) if constant.value < 0 else number
