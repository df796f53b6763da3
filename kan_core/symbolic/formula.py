"""The formula of a network: expressions, their print forms, and how far they are from the network on the data.

Written after every action, so the ordinary path costs milliseconds; `simplify_seconds` asks for sympy's help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy
import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.expression.law import Law
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.complexity import complexity
from kan_core.symbolic.expression import WrittenNetwork, write_network
from kan_core.symbolic.law_expressions import law_expressions, law_latex
from kan_core.symbolic.names import identifiers, latex_name
from kan_core.symbolic.numeric import Column, evaluate_expression
from kan_core.symbolic.simplify import simplify_expressions
from kan_core.symbolic.typeset import expression_latex, expression_text

_ALLOWED = 1e-8
_LARGEST_CHECK = 20_000


@dataclass(frozen=True, eq=False)
class Formula:
    """A network written out.

    Attributes:
        expressions: one a target, symbols named as the columns, raw units.
        latex: 'target = formula' of all targets, 4 significant digits, one line each.
        latex_full: the same with all digits.
        sympy_text: Python text of each expression, all digits; names that are no identifiers are replaced.
        complexity: of all expressions together, as PySR counts.
        symbolic: no splines left.
        maximum_difference: largest |network - formula| on the data over all targets; None when it was not written out.
        note: what a reader should know, a sentence, or None.
        hidden: names of symbols that stand for hidden nodes, when the formula was too long to write out.
    """

    expressions: tuple[sympy.Expr, ...]
    latex: str
    latex_full: str
    sympy_text: tuple[str, ...]
    complexity: int
    symbolic: bool
    maximum_difference: float | None
    note: str | None
    hidden: frozenset[str] = frozenset()


def write_formula(
    network: Network,
    input_names: Sequence[str],
    target_names: Sequence[str],
    inputs: Tensor,
    *,
    simplify_seconds: float | None = None,
) -> Formula:
    """Write a network out and compare it with the network on the data.

    Numbers are rounded and terms dropped only where the comparison stays within 1e-8 of the target's spread; else
    the formula keeps every digit.

    Args:
        network: any mixture of edges.
        input_names: one a column, any text.
        target_names: one a target.
        inputs: (rows, inputs) raw units.
        simplify_seconds: time limit of a heavy simplification in a process of its own; only when no spline is left.

    Raises:
        FormulaError: names do not match the network.
    """
    if len(target_names) != network.shape[-1]:
        raise FormulaError(f"the network has {network.shape[-1]} targets, {len(target_names)} names were given")
    if network.law is not None:
        return _lawful(network, network.law, input_names, target_names, inputs)
    rows = inputs[:: max(1, -(-len(inputs) // _LARGEST_CHECK))].detach().cpu().to(torch.float64)
    check = _Check(network, input_names, rows)
    written, difference = _faithful(network, input_names, check)
    note = None
    expressions = written.expressions
    if written.hidden:
        note = "Too long to write out: h with its indices is the value of a hidden node."
    elif simplify_seconds is not None and written.symbolic:
        simplified = simplify_expressions(expressions, check.columns, time_limit=simplify_seconds)
        expressions, note = simplified.expressions, simplified.note
        difference = check.difference(expressions, written.functions)
    hidden = frozenset(written.hidden)
    names = identifier_map(expressions, input_names)
    return Formula(
        expressions=expressions,
        latex=equations_latex(target_names, expressions, 4, hidden),
        latex_full=equations_latex(target_names, expressions, None, hidden),
        sympy_text=tuple(expression_text(expression, names) for expression in expressions),
        complexity=sum(complexity(expression) for expression in expressions),
        symbolic=written.symbolic,
        maximum_difference=None if written.hidden else difference,
        note=note,
        hidden=hidden,
    )


def _lawful(network: Network, law: Law, input_names: Sequence[str], target_names: Sequence[str], inputs: Tensor) -> Formula:
    """The formula of a law as it is written, compared with the network."""
    rows = inputs[:: max(1, -(-len(inputs) // _LARGEST_CHECK))].detach().cpu().to(torch.float64)
    expressions = law_expressions(law, input_names)
    names = identifier_map(expressions, input_names)
    return Formula(
        expressions=expressions,
        latex=_lines(target_names, law_latex(law, input_names)),
        latex_full=_lines(target_names, law_latex(law, input_names, None)),
        sympy_text=tuple(expression_text(expression, names) for expression in expressions),
        complexity=sum(complexity(expression) for expression in expressions),
        symbolic=True,
        maximum_difference=_Check(network, input_names, rows).difference(expressions, {}),
        note=None,
    )


def formula_of(expression: sympy.Expr, input_names: Sequence[str], target_names: Sequence[str]) -> Formula:
    """The formula of one target that was found as an expression, without a network to compare it with."""
    names = identifier_map([expression], input_names)
    return Formula(
        expressions=(expression,),
        latex=equations_latex(target_names, [expression], 4),
        latex_full=equations_latex(target_names, [expression], None),
        sympy_text=(expression_text(expression, names),),
        complexity=complexity(expression),
        symbolic=True,
        maximum_difference=None,
        note=None,
    )


def equations_latex(
    target_names: Sequence[str], expressions: Sequence[sympy.Expr], digits: int | None, hidden: frozenset[str] = frozenset()
) -> str:
    """'target = expression' of all targets, one below the other."""
    return _lines(target_names, [expression_latex(expression, digits=digits, hidden=hidden) for expression in expressions])


def _lines(target_names: Sequence[str], formulas: Sequence[str]) -> str:
    lines = [f"{latex_name(name)} = {formula}" for name, formula in zip(target_names, formulas, strict=True)]
    return lines[0] if len(lines) == 1 else "\\begin{gathered} " + " \\\\ ".join(lines) + " \\end{gathered}"


def identifier_map(expressions: Sequence[sympy.Expr], input_names: Sequence[str]) -> dict[str, str]:
    """Python identifier of each column; names of functions that the expressions use are avoided."""
    functions = {str(node.func.__name__) for expression in expressions for node in expression.atoms(sympy.Function)}
    return dict(zip(input_names, identifiers(input_names, functions | {"sqrt"}), strict=True))


class _Check:
    """The network's values on the data, to compare formulas with."""

    def __init__(self, network: Network, input_names: Sequence[str], rows: Tensor) -> None:
        self.rows = rows.numpy()
        self.columns: Mapping[str, Column] = {name: self.rows[:, i].copy() for i, name in enumerate(input_names)}
        self.wanted: Column = evaluate(network, rows).to(torch.float64).numpy()
        scale = network.normalisation.target_scale.to(torch.float64).tolist()
        self.allowed = [_ALLOWED * value for value in scale]

    def differences(self, expressions: Sequence[sympy.Expr], functions: Mapping[str, object]) -> list[float]:
        """Largest |network - formula| of each target; inf where only one of the two is defined."""
        cache: dict[sympy.Basic, Column] = {}
        largest: list[float] = []
        for target, expression in enumerate(expressions):
            value = evaluate_expression(expression, self.columns, functions, cache)  # type: ignore[arg-type]
            wanted = self.wanted[:, target]
            both = np.isfinite(value) & np.isfinite(wanted)
            same = both | (np.isnan(value) & np.isnan(wanted)) | (value == wanted)
            gap = np.abs(value[both] - wanted[both])
            largest.append(float(gap.max(initial=0.0)) if bool(same.all()) else float("inf"))
        return largest

    def difference(self, expressions: Sequence[sympy.Expr], functions: Mapping[str, object]) -> float:
        """Largest over all targets."""
        return max(self.differences(expressions, functions), default=0.0)

    def accepts(self, differences: Sequence[float]) -> bool:
        """Whether rounding changed nothing that matters."""
        return all(value <= allowed for value, allowed in zip(differences, self.allowed, strict=True))


def _faithful(network: Network, input_names: Sequence[str], check: _Check) -> tuple[WrittenNetwork, float]:
    """The shortest of the written forms that agrees with the network, else the one with every digit."""
    forms = [write_network(network, input_names, check.rows)]
    if forms[0].hidden:
        return forms[0], float("nan")
    if forms[0].symbolic:
        forms.append(write_network(network, input_names, check.rows, expand=True))
    forms.sort(key=lambda form: sum(complexity(expression) for expression in form.expressions))
    for form in forms:
        differences = check.differences(form.expressions, form.functions)
        if check.accepts(differences):
            return form, max(differences, default=0.0)
    exact = write_network(network, input_names, check.rows, tolerance=0.0)
    return exact, check.difference(exact.expressions, exact.functions)
