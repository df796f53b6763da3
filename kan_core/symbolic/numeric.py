"""Evaluate sympy expressions on numpy columns by walking the tree.

No text is parsed and no code is generated, so a column may have any name. Used to check formulas against the
network, to measure terms, and by reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import sympy
import torch
from numpy.typing import NDArray
from sympy.core.function import AppliedUndef

from kan_core.errors import FormulaError
from kan_core.primitives.library import get_primitive

Column = NDArray[np.float64]
Functions = Mapping[str, Callable[[Column], Column]]


def _from_library(name: str) -> Callable[[Column], Column]:
    """A library primitive as a numpy function."""

    def value(u: Column) -> Column:
        result: Column = get_primitive(name).evaluate(torch.from_numpy(np.ascontiguousarray(u, dtype=np.float64))).numpy()
        return result

    return value


_UNARY: Mapping[type[sympy.Basic], Callable[[Column], Column]] = {
    sympy.UnevaluatedExpr: np.asarray,
    sympy.exp: np.exp,
    sympy.log: np.log,
    sympy.sin: np.sin,
    sympy.cos: np.cos,
    sympy.tan: np.tan,
    sympy.cot: lambda u: 1 / np.tan(u),
    sympy.sec: lambda u: 1 / np.cos(u),
    sympy.csc: lambda u: 1 / np.sin(u),
    sympy.asin: np.arcsin,
    sympy.acos: np.arccos,
    sympy.atan: np.arctan,
    sympy.sinh: np.sinh,
    sympy.cosh: np.cosh,
    sympy.tanh: np.tanh,
    sympy.coth: lambda u: 1 / np.tanh(u),
    sympy.sech: lambda u: 1 / np.cosh(u),
    sympy.csch: lambda u: 1 / np.sinh(u),
    sympy.asinh: np.arcsinh,
    sympy.acosh: np.arccosh,
    sympy.atanh: np.arctanh,
    sympy.Abs: np.abs,
    sympy.sign: np.sign,
    sympy.erf: _from_library("erf"),
    sympy.sinc: _from_library("sinc"),
}


def evaluate_expression(
    expression: sympy.Expr,
    columns: Mapping[str, Column],
    functions: Functions | None = None,
    cache: dict[sympy.Basic, Column] | None = None,
) -> Column:
    """Values of an expression on the rows of a table; NaN or ±inf where it is not defined.

    Args:
        expression: symbols are found in `columns` by their names.
        columns: equally long rows of numbers.
        functions: values of undefined functions (splines φ) by name.
        cache: results of subexpressions, read and added to; only valid for the same columns and functions.

    Returns:
        (rows,) float64.

    Raises:
        FormulaError: a symbol without a column, or a function that cannot be evaluated.
    """
    rows = len(next(iter(columns.values()))) if columns else 1
    with np.errstate(all="ignore"):
        value = _Walker(columns, functions or {}, {} if cache is None else cache).value(expression)
    return np.broadcast_to(value, (rows,)).astype(np.float64)


class _Walker:
    """One evaluation: where to find columns, functions and earlier results."""

    def __init__(self, columns: Mapping[str, Column], functions: Functions, cache: dict[sympy.Basic, Column]) -> None:
        self.columns = columns
        self.functions = functions
        self.cache = cache

    def value(self, node: sympy.Basic) -> Column:
        """Value of a subtree; numbers give 0-d arrays."""
        if node.is_Number or node.is_NumberSymbol:
            return np.float64(_as_double(node))  # type: ignore[return-value]
        found = self.cache.get(node)
        if found is None:
            found = self._compute(node)
            self.cache[node] = found
        return found

    def _compute(self, node: sympy.Basic) -> Column:
        if isinstance(node, sympy.Symbol):
            return self._column(node.name)
        arguments = [self.value(argument) for argument in node.args]
        if isinstance(node, sympy.Add):
            return np.add.reduce(np.broadcast_arrays(*arguments))
        if isinstance(node, sympy.Mul):
            return np.multiply.reduce(np.broadcast_arrays(*arguments))
        if isinstance(node, sympy.Pow):
            return _power(node, *arguments)
        return self._function(node, arguments)

    def _column(self, name: str) -> Column:
        try:
            return np.asarray(self.columns[name], dtype=np.float64)
        except KeyError:
            raise FormulaError(f"the formula needs a column '{name}', the table has {', '.join(self.columns)}") from None

    def _function(self, node: sympy.Basic, arguments: list[Column]) -> Column:
        if isinstance(node, AppliedUndef):
            name = str(node.func.__name__)
            if name not in self.functions:
                raise FormulaError(f"the values of {name} are not known; give them as a function")
            return self.functions[name](np.atleast_1d(arguments[0]))
        if isinstance(node, sympy.besselj) and node.args[0] in (0, 1):
            return _from_library(f"J{int(node.args[0])}")(arguments[1])  # type: ignore[call-overload]
        unary = _UNARY.get(sympy.UnevaluatedExpr if isinstance(node, sympy.UnevaluatedExpr) else node.func)
        if unary is None or len(arguments) != 1:
            raise FormulaError(f"{node.func.__name__} cannot be evaluated on a table")
        return unary(arguments[0])


def _as_double(number: sympy.Basic) -> float:
    """A number's double; beyond the largest, infinity."""
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf") if number.is_positive else float("-inf")


def _power(node: sympy.Pow, base: Column, exponent: Column) -> Column:
    """base^exponent; roots by sqrt, which is exact to rounding, and integer powers exactly signed."""
    p = node.exp
    if p == sympy.S.Half:
        return np.sqrt(base)
    if p == -sympy.S.Half:
        return 1 / np.sqrt(base)
    if p.is_Integer and abs(int(p)) <= 64:
        power = np.power(base, abs(int(p)))
        return 1 / power if int(p) < 0 else power
    return np.power(base, exponent)
