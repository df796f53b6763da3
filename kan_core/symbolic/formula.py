"""The formula of a network: expressions, their print forms, and how far they are from the network on the data.

Written after every action, so the ordinary path costs milliseconds; `simplify_seconds` asks for sympy's help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.expression.complexity import complexity
from kan_core.expression.law import Law
from kan_core.expression.law_text import law_latex, plain
from kan_core.expression.names import identifiers, latex_name
from kan_core.expression.tree import Expression, Hidden, walk
from kan_core.expression.typeset import Style, typeset
from kan_core.expression.valuation import Splines, Valuation, Values
from kan_core.expression.writing import SYMPY, sympy_names, written
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.expression import WrittenNetwork, write_network
from kan_core.symbolic.simplify import simplify_expressions

if TYPE_CHECKING:
    import sympy

_ALLOWED = 1e-8
_LARGEST_CHECK = 20_000


@dataclass(frozen=True, eq=False)
class Formula:
    """A network written out.

    Attributes:
        expressions: one a target, trees over the columns, raw units.
        columns: names of the inputs in order.
        latex: 'target = formula' of all targets, 4 significant digits, one line each.
        latex_full: the same with all digits.
        sympy_text: Python text of each expression, all digits; names that are no identifiers are replaced.
        complexity: of all expressions together, as PySR counts.
        symbolic: no splines left.
        maximum_difference: largest |network - formula| on the data over all targets; None when it was not written out.
        note: what a reader should know, a sentence, or None.
        hidden: whether hidden nodes stand in it, because it was too long to write out.
    """

    expressions: tuple[Expression, ...]
    columns: tuple[str, ...]
    latex: str
    latex_full: str
    sympy_text: tuple[str, ...]
    complexity: int
    symbolic: bool
    maximum_difference: float | None
    note: str | None
    hidden: bool = False

    def sympy(self) -> tuple[sympy.Expr, ...]:
        """The expressions for sympy: symbols named as the columns, φ as undefined functions phi_layer_source_target."""
        from kan_core.expression.bridge import symbols_of, to_sympy

        return tuple(to_sympy(expression, symbols_of(self.columns)) for expression in self.expressions)


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
    if len(input_names) != network.shape[0]:
        raise FormulaError(f"the network has {network.shape[0]} inputs, {len(input_names)} names were given")
    if len(target_names) != network.shape[-1]:
        raise FormulaError(f"the network has {network.shape[-1]} targets, {len(target_names)} names were given")
    rows = inputs[:: max(1, -(-len(inputs) // _LARGEST_CHECK))].detach().cpu().to(torch.float64)
    check = _Check(network, rows)
    if network.law is not None:
        return _lawful(network.law, input_names, target_names, check)
    made, difference = _faithful(network, check)
    note = None
    expressions = made.expressions
    if made.hidden:
        note = "Too long to write out: h with its indices is the value of a hidden node."
    elif simplify_seconds is not None and made.symbolic:
        simplified = simplify_expressions(expressions, check.rows, time_limit=simplify_seconds)
        expressions, note = simplified.expressions, simplified.note
        difference = check.difference(expressions, made.splines)
    return formula_of(
        expressions, input_names, target_names, difference=None if made.hidden else difference, note=note, symbolic=made.symbolic
    )


def _lawful(law: Law, input_names: Sequence[str], target_names: Sequence[str], check: _Check) -> Formula:
    """The formula of a law as it is written, compared with the network."""
    expressions = plain(law)
    made = formula_of(expressions, input_names, target_names, difference=check.difference(expressions, {}))
    short, full = (equation_lines(target_names, law_latex(law, input_names, digits)) for digits in (4, None))
    return replace(made, latex=short, latex_full=full)


def formula_of(
    expressions: Sequence[Expression],
    input_names: Sequence[str],
    target_names: Sequence[str],
    *,
    difference: float | None = None,
    note: str | None = None,
    symbolic: bool = True,
) -> Formula:
    """The formula of trees, one a target; `difference` where there is a network to compare it with."""
    return Formula(
        expressions=tuple(expressions),
        columns=tuple(input_names),
        latex=equations_latex(target_names, expressions, input_names),
        latex_full=equations_latex(target_names, expressions, input_names, None),
        sympy_text=python_texts(expressions, input_names),
        complexity=sum(complexity(expression) for expression in expressions),
        symbolic=symbolic,
        maximum_difference=difference,
        note=note,
        hidden=any(isinstance(part, Hidden) for expression in expressions for part in walk(expression)),
    )


def equations_latex(
    target_names: Sequence[str], expressions: Sequence[Expression], input_names: Sequence[str], digits: int | None = 4
) -> str:
    """'target = expression' of all targets, one below the other."""
    style = Style(digits)
    return equation_lines(target_names, [typeset(expression, input_names, style) for expression in expressions])


def equation_lines(target_names: Sequence[str], formulas: Sequence[str]) -> str:
    """'target = formula' of all targets that are typeset already, one below the other."""
    lines = [f"{latex_name(name)} = {formula}" for name, formula in zip(target_names, formulas, strict=True)]
    return lines[0] if len(lines) == 1 else "\\begin{gathered} " + " \\\\ ".join(lines) + " \\end{gathered}"


def python_texts(expressions: Sequence[Expression], input_names: Sequence[str]) -> tuple[str, ...]:
    """Python text of each expression as sympy reads it; names that are no identifiers are replaced."""
    names = identifiers(input_names, sympy_names(expressions))
    return tuple(written(expression, names, SYMPY) for expression in expressions)


class _Check:
    """The network's values on the data, to compare formulas with."""

    def __init__(self, network: Network, rows: Tensor) -> None:
        self.rows: Values = rows.numpy()
        self.wanted: Values = evaluate(network, rows).to(torch.float64).numpy()
        scale = network.normalisation.target_scale.to(torch.float64).tolist()
        self.allowed = [_ALLOWED * value for value in scale]

    def differences(self, expressions: Sequence[Expression], splines: Splines) -> list[float]:
        """Largest |network - formula| of each target; inf where only one of the two is defined."""
        valuation = Valuation(self.rows, splines)
        largest: list[float] = []
        for target, expression in enumerate(expressions):
            value = valuation.values(expression)
            wanted = self.wanted[:, target]
            both = np.isfinite(value) & np.isfinite(wanted)
            same = both | (np.isnan(value) & np.isnan(wanted)) | (value == wanted)
            gap = np.abs(value[both] - wanted[both])
            largest.append(float(gap.max(initial=0.0)) if bool(same.all()) else float("inf"))
        return largest

    def difference(self, expressions: Sequence[Expression], splines: Splines) -> float:
        """Largest over all targets."""
        return max(self.differences(expressions, splines), default=0.0)

    def accepts(self, differences: Sequence[float]) -> bool:
        """Whether rounding changed nothing that matters."""
        return all(value <= allowed for value, allowed in zip(differences, self.allowed, strict=True))


def _faithful(network: Network, check: _Check) -> tuple[WrittenNetwork, float]:
    """The shortest of the written forms that agrees with the network, else the one with every digit."""
    forms = [write_network(network, check.rows)]
    if forms[0].hidden:
        return forms[0], float("nan")
    if forms[0].symbolic:
        forms.append(write_network(network, check.rows, expand=True))
    forms.sort(key=lambda form: sum(complexity(expression) for expression in form.expressions))
    for form in forms:
        differences = check.differences(form.expressions, form.splines)
        if check.accepts(differences):
            return form, max(differences, default=0.0)
    exact = write_network(network, check.rows, tolerance=0.0)
    return exact, check.difference(exact.expressions, exact.splines)
