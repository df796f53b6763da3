"""The formula as a small Python script that builds it with sympy."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.export.python_text import docstring, quoted
from kan_core.expression.names import identifiers
from kan_core.expression.tree import Hidden, Spline, walk
from kan_core.expression.writing import SYMPY, hidden_name, spline_name, sympy_names, written
from kan_core.network.network import Network
from kan_core.symbolic.formula import Formula


def sympy_script(
    _network: Network,
    formula: Formula,
    input_names: Sequence[str],
    target_names: Sequence[str],
    _units: Sequence[str | None] | None = None,
) -> str:
    """A script that defines one symbol a column, one undefined function a spline, and `formulas`, target name → expression.

    Every number has all its digits; symbols carry the columns' own names whatever they are.

    Args:
        formula: to print.
        input_names: columns in order.
        target_names: targets in order.
    """
    parts = [part for expression in formula.expressions for part in walk(expression)]
    functions = sorted({spline_name(part) for part in parts if isinstance(part, Spline)})
    hidden = sorted({hidden_name(part) for part in parts if isinstance(part, Hidden)})
    known = sorted(sympy_names(formula.expressions) - set(functions))
    variables = identifiers(input_names, {"sympy", "formulas", *known, *functions, *hidden})
    lines = [docstring("Formula of a Kolmogorov-Arnold network, in the units of the data."), "", "import sympy", ""]
    lines += [f"from sympy import {', '.join(known)}", ""] if known else []
    named = [*zip(variables, input_names, strict=True), *zip(hidden, hidden, strict=True)]
    lines += [f"{variable} = sympy.Symbol({quoted(name)})" for variable, name in named]
    lines += [f"{function} = sympy.Function({quoted(function)})" for function in functions]
    lines += ["", "formulas = {"]
    lines += [
        f"    {quoted(name)}: sympy.S({written(expression, variables, SYMPY)}),"
        for name, expression in zip(target_names, formula.expressions, strict=True)
    ]
    lines += ["}", "", 'if __name__ == "__main__":', "    for target, expression in formulas.items():"]
    lines += ['        print(target, "=", expression)', ""]
    return "\n".join(lines)
