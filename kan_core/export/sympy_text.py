"""The formula as a small Python script that builds it with sympy."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy.core.function import AppliedUndef

from kan_core.export.python_text import docstring, quoted
from kan_core.symbolic.formula import Formula
from kan_core.expression.names import identifiers
from kan_core.symbolic.typeset import expression_text


def sympy_script(formula: Formula, input_names: Sequence[str], target_names: Sequence[str]) -> str:
    """A script that defines one symbol a column, one undefined function a spline, and `formulas`, target name → expression.

    Every number has all its digits; symbols carry the columns' own names whatever they are.

    Args:
        formula: to print.
        input_names: columns in order.
        target_names: targets in order.
    """
    functions = sorted({str(node.func.__name__) for expression in formula.expressions for node in expression.atoms(AppliedUndef)})
    names = [*input_names, *sorted(formula.hidden)]
    variables = dict(zip(names, identifiers(names, {"sympy", "formulas", *_sympy_names(formula), *functions}), strict=True))
    lines = [docstring("Formula of a Kolmogorov-Arnold network, in the units of the data."), "", "import sympy", ""]
    lines += [f"from sympy import {', '.join(_sympy_names(formula))}", ""] if _sympy_names(formula) else []
    lines += [f"{variable} = sympy.Symbol({quoted(name)})" for name, variable in variables.items()]
    lines += [f"{function} = sympy.Function({quoted(function)})" for function in functions]
    lines += ["", "formulas = {"]
    lines += [
        f"    {quoted(name)}: sympy.S({expression_text(expression, variables)}),"
        for name, expression in zip(target_names, formula.expressions, strict=True)
    ]
    lines += ["}", "", 'if __name__ == "__main__":', "    for target, expression in formulas.items():"]
    lines += ['        print(target, "=", expression)', ""]
    return "\n".join(lines)


def _sympy_names(formula: Formula) -> list[str]:
    """Functions of sympy that the text of the expressions uses."""
    names = {
        str(node.func.__name__)
        for expression in formula.expressions
        for node in expression.atoms(sympy.Function)
        if not isinstance(node, AppliedUndef)
    }
    if any(
        node.exp in (sympy.S.Half, -sympy.S.Half) for expression in formula.expressions for node in expression.atoms(sympy.Pow)
    ):
        names.add("sqrt")
    for constant, name in ((sympy.pi, "pi"), (sympy.E, "E"), (sympy.nan, "nan")):
        if any(expression.has(constant) for expression in formula.expressions):
            names.add(name)
    return sorted(names)
