"""A network written out for the screen, and what the written formula gives on held-out rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from kan_core.expression.law_text import law_latex
from kan_core.expression.typeset import Style, typeset
from kan_core.expression.valuation import Valuation
from kan_core.network.network import Network
from kan_core.symbolic.expression import spline_functions
from kan_core.symbolic.formula import Formula, equation_lines, write_formula
from kan_core.training.data import Table
from server.contract.views import FormulaView, OutputFormula
from server.work.lawful import errors_of
from server.work.situation import Situation

# A formula this long is worth asking sympy for a shorter one, for this long.
LONG = 14
SIMPLIFY_SECONDS = 2.0


class Written(NamedTuple):
    """The view, and (held-out rows, outputs) values of the formula; None when it was too long to write out."""

    view: FormulaView
    values: Tensor | None


def write(situation: Situation, *, simplify: bool = False) -> Written:
    """Write the network out in the data's names and units.

    Args:
        situation: network and rows.
        simplify: let sympy look for a shorter form of a long formula without splines.
    """
    network, rows, split = situation.network, situation.rows, situation.split
    formula = write_of(situation)
    if simplify and formula.symbolic and formula.complexity >= LONG:
        formula = write_of(situation, SIMPLIFY_SECONDS)
    short, full = _latex(situation, formula)
    outputs = [
        OutputFormula(target=name, sympy=text, latex=shown, latex_full=exact)
        for name, text, shown, exact in zip(rows.targets, formula.sympy_text, short, full, strict=True)
    ]
    difference, note = _comparison(formula)
    note = " ".join(filter(None, [probabilities_note(rows.classes), note])) or None
    view = FormulaView(
        sympy=outputs[0].sympy,
        latex=equation_lines(rows.targets, short),
        complexity=formula.complexity,
        symbolic=formula.symbolic,
        outputs=outputs,
        maximum_difference=difference,
        note=note,
    )
    return Written(view, None if formula.hidden else formula_values(network, formula, split.test))


def _latex(situation: Situation, formula: Formula) -> tuple[Sequence[str], Sequence[str]]:
    """LaTeX of each output with the digits that error bars leave, four where there are none, and with all."""
    law, inputs = situation.network.law, situation.rows.inputs
    if law is not None:
        return law_latex(law, inputs, errors=errors_of(situation, law)), law_latex(law, inputs, None)
    parts = [[typeset(expression, inputs, Style(digits)) for expression in formula.expressions] for digits in (4, None)]
    return parts[0], parts[1]


def probabilities_note(classes: Sequence[str]) -> str:
    """How the formulas of logits become probabilities of classes."""
    if not classes:
        return ""
    if len(classes) == 2:
        return f"The probability of {classes[1]} is 1/(1 + exp(-logit)), that of {classes[0]} the rest."
    return "The probability of a class is exp(its logit) divided by the sum of exp(logit) over all classes."


def write_of(situation: Situation, simplify_seconds: float | None = None) -> Formula:
    """The formula, compared with the network on all rows."""
    rows, split = situation.rows, situation.split
    everything = split.every.inputs
    # Values beyond the largest double are the comparison's business, not a reason to warn.
    with np.errstate(all="ignore"):
        return write_formula(situation.network, rows.inputs, rows.targets, everything, simplify_seconds=simplify_seconds)


def formula_values(network: Network, formula: Formula, table: Table) -> Tensor:
    """(rows, outputs) the formula evaluated from its expressions, splines by their curves."""
    valuation = Valuation(table.inputs.numpy(), spline_functions(network))
    return torch.from_numpy(np.column_stack([valuation.values(expression) for expression in formula.expressions]))


def _comparison(formula: Formula) -> tuple[float | None, str | None]:
    """The largest difference when it is a number, and a note when it is not."""
    difference = formula.maximum_difference
    if difference is None or math.isnan(difference):
        return None, formula.note
    if math.isinf(difference):
        return None, " ".join(filter(None, [formula.note, "Formula and network are not defined on the same rows."]))
    return difference, formula.note
