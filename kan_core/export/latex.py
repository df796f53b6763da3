"""The formula as a LaTeX document fragment: equations with every digit and what the symbols mean."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.expression.names import latex_name
from kan_core.network.network import Network
from kan_core.symbolic.formula import Formula, equations_latex


def latex_document(
    _network: Network,
    formula: Formula,
    input_names: Sequence[str],
    target_names: Sequence[str],
    units: Sequence[str | None] | None = None,
    *,
    digits: int | None = None,
) -> str:
    r"""A display equation per target inside `align*`, followed by a list of the columns.

    Args:
        formula: to print.
        input_names: columns in order.
        target_names: targets in order.
        units: of inputs then targets; None where there is none.
        digits: significant digits; every digit when absent.
    """
    lines = [
        equations_latex([name], [expression], input_names, digits).replace(" = ", " &= ", 1)
        for name, expression in zip(target_names, formula.expressions, strict=True)
    ]
    body = " \\\\\n  ".join(lines)
    names = [*input_names, *target_names]
    given = units or [None] * len(names)
    columns = [
        f"% {_comment(name)}: ${latex_name(name)}$" + (f" in {_comment(unit)}" if unit else "")
        for name, unit in zip(names, given, strict=True)
    ]
    remarks = [f"% {formula.note}"] if formula.note else []
    if not formula.symbolic:
        remarks.append("% \\varphi_{l,i,j}: learned spline from node i of layer l to node j of the next layer")
    return "\n".join([*columns, *remarks, "\\begin{align*}", f"  {body}", "\\end{align*}", ""])


def _comment(text: str) -> str:
    """Text that cannot leave a comment line."""
    return " ".join(text.split())
