"""sympy expressions as LaTeX and as Python text, numbers with few or with all digits."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import sympy
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from kan_core.symbolic.names import has_words, latex_name

Marks = Mapping[str, float | sympy.Expr]
"""What stands for symbols that are constants: a value, or an exact number."""
_INDEXED = re.compile(r"(phi|h)_(\d+(?:_\d+)*)")


def expression_latex(
    expression: sympy.Expr,
    *,
    digits: int | None = 4,
    hidden: frozenset[str] = frozenset(),
    marks: Marks | None = None,
    marked: bool = True,
) -> str:
    r"""LaTeX of an expression; a spline reads \varphi_{0,1,0}(…).

    Args:
        expression: to print.
        digits: significant digits of numbers; None prints the shortest text that gives the same double back.
        hidden: names of symbols that are hidden nodes, not columns.
        marks: values or exact numbers of symbols that are constants; one reads \htmlData{constant=c1}{3.142}.
        marked: false leaves their names out.
    """
    names = [symbol.name for symbol in expression.free_symbols if isinstance(symbol, sympy.Symbol)]
    text = str(
        _Latex(digits, hidden, marks or {}, _times([name for name in names if name not in (marks or {})])).doprint(expression)
    )
    return _MARKED.sub(r"\\htmlData{constant=\1}{\2}" if marked else r"\2", text)


_MARKED = re.compile("0\0([^\0]*)\0([^\0]*)\x000")
"""A constant while it is printed: it begins and ends with a digit, so that the printer keeps it apart from numbers beside it."""


def _times(names: Sequence[str]) -> str | None:
    """What stands between factors: nothing between signs, a gap between words, a dot between names that have gaps themselves."""
    if any(has_words(name) for name in names):
        return r" \cdot "
    written = [latex_name(name) for name in names]
    return "\\," if any("\\mathrm{" in name or "\\text{" in name for name in written) else None


def expression_text(expression: sympy.Expr, names: Mapping[str, str]) -> str:
    """Python text of an expression with every digit; sympy reads it back as the same expression.

    Args:
        expression: to print.
        names: identifier to write for each symbol's name.
    """
    return str(_Text(names).doprint(expression))


def number_latex(value: float, digits: int | None) -> str:
    """A number as LaTeX, with a power of ten instead of an exponent letter."""
    text = repr(value) if digits is None else f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.removesuffix(".0")
    if not exponent:
        return mantissa
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}"


def _numbers_last(terms: Sequence[sympy.Basic], marks: Collection[str] = ()) -> list[sympy.Basic]:
    """Terms of a sum with numbers that sympy takes for symbols where it puts its own."""
    return sorted(terms, key=lambda term: all(str(symbol) in marks for symbol in term.free_symbols))


class _Latex(LatexPrinter):
    """LaTeX with our numbers, names and splines."""

    def __init__(self, digits: int | None, hidden: frozenset[str], marks: Marks, times: str | None) -> None:
        # Two words side by side would read as one.
        super().__init__({"inv_trig_style": "full", "mul_symbol": times, "ln_notation": False})
        self._digits = digits
        self._hidden = hidden
        self._marks = marks

    def _as_ordered_terms(self, expr: sympy.Expr, order: str | None = None) -> list[sympy.Basic]:
        return _numbers_last(list(super()._as_ordered_terms(expr, order)), self._marks)  # type: ignore[arg-type]

    def _print_Float(self, expr: sympy.Float) -> str:  # noqa: N802, the printer's own convention
        return number_latex(float(expr), self._digits)

    def _print_Symbol(self, expr: sympy.Symbol, style: str = "plain") -> str:  # noqa: N802
        del style
        if expr.name in self._marks:
            mark = self._marks[expr.name]
            text = number_latex(mark, self._digits) if isinstance(mark, float) else self.doprint(mark)
            return f"0\0{expr.name}\0{text}\x000"
        match = _INDEXED.fullmatch(expr.name) if expr.name in self._hidden else None
        if match is None:
            return latex_name(expr.name)
        return f"{match[1]}_{{{match[2].replace('_', ',')}}}"

    def _print_Function(self, expr: sympy.Function, exp: str | None = None) -> str:  # noqa: N802
        match = _INDEXED.fullmatch(expr.func.__name__) if isinstance(expr, AppliedUndef) else None
        if match is None:
            return str(super()._print_Function(expr, exp))
        raised = "" if exp is None else f"^{{{exp}}}"
        arguments = ", ".join(self._print(argument) for argument in expr.args)
        return f"\\varphi_{{{match[2].replace('_', ',')}}}{raised}\\left({arguments}\\right)"


class _Text(StrPrinter):
    """Python text with repr floats and given identifiers."""

    def _as_ordered_terms(self, expr: sympy.Expr, order: str | None = None) -> list[sympy.Basic]:
        return _numbers_last(list(super()._as_ordered_terms(expr, order)))  # type: ignore[arg-type]

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def _print_Float(self, expr: sympy.Float) -> str:  # noqa: N802
        return repr(float(expr))

    def _print_Symbol(self, expr: sympy.Symbol) -> str:  # noqa: N802
        return self._names.get(expr.name, expr.name)
