"""The network as a Python function that needs numpy only, equal to the network to rounding.

A symbolic network is written as its formula. Splines that remain are written as tables of coefficients with a small
evaluator, and the layers then follow the network, not the formula, so nothing is rounded away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kan_core.export.network_code import network_lines
from kan_core.export.python_text import docstring, helper_lines, indented, one_line, quoted
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.names import identifiers
from kan_core.expression.tree import columns_of
from kan_core.expression.writing import NUMPY, written
from kan_core.network.network import Network
from kan_core.symbolic.formula import Formula

_TAKEN = frozenset(
    {"np", "predict", "spline", "uneven_spline", "columns", "rows", "math", "evaluate_layers", "h", "f"}
    | {name for row in FUNCTIONS.values() for name in re.findall(r"\w+", row.numpy)}
)


def python_code(
    network: Network,
    formula: Formula,
    input_names: Sequence[str],
    target_names: Sequence[str],
    units: Sequence[str | None] | None = None,
) -> str:
    """A module with `predict(x, y, …)`, one array (or number) a column, returning one array or a tuple of them.

    Args:
        network: the network.
        formula: its formula, used when no spline is left.
        input_names: columns in order.
        target_names: targets in order.
        units: of inputs then targets, for the docstring.
    """
    variables = identifiers(input_names, _TAKEN)
    given = list(units or [None] * (len(input_names) + len(target_names)))
    described = [
        f"    {variable}: {one_line(name)}{f' [{one_line(unit)}]' if unit else ''}"
        for variable, name, unit in zip(variables, input_names, given, strict=False)
    ]
    results = [
        f"    {one_line(name)}{f' [{one_line(unit)}]' if unit else ''}"
        for name, unit in zip(target_names, given[len(input_names) :], strict=True)
    ]
    text = docstring("Predict the targets; raw units, arrays or numbers.", "", "Args:", *described, "", "Returns:", *results)
    head = [docstring("Made from a Kolmogorov-Arnold network; needs numpy only."), "", "import numpy as np", ""]
    signature = f"def predict({', '.join(variables)}):"
    by_formula = formula.symbolic and not formula.hidden
    body, helpers = _formula_body(formula, variables) if by_formula else _network_body(network, variables)
    lines = [*head, *helpers, "", signature, *indented([*text.splitlines(), *body]), ""]
    lines += ["", f"INPUTS = [{', '.join(map(quoted, input_names))}]", f"TARGETS = [{', '.join(map(quoted, target_names))}]", ""]
    return "\n".join(lines)


def _formula_body(formula: Formula, variables: Sequence[str]) -> tuple[list[str], list[str]]:
    """The statements of `predict` for a formula, and the helper functions they use."""
    lines = [f"{variable} = np.asarray({variable}, dtype=float)" for variable in variables]
    texts = [written(expression, variables, NUMPY) for expression in formula.expressions]
    zero = " + ".join(f"0.0 * {variable}" for variable in variables)
    results = [
        text if columns_of(expression) else f"{text} + {zero}"
        for text, expression in zip(texts, formula.expressions, strict=True)
    ]
    lines.append('with np.errstate(all="ignore"):')
    lines += indented([f"return {results[0]}" if len(results) == 1 else f"return {', '.join(results)}"])
    return lines, helper_lines(formula.expressions)


def _network_body(network: Network, variables: Sequence[str]) -> tuple[list[str], list[str]]:
    """The statements of `predict` for a network with splines, and the tables and evaluators they use."""
    lines = [f"columns = np.broadcast_arrays({', '.join(f'np.asarray({variable}, dtype=float)' for variable in variables)})"]
    lines.append("rows = np.stack([column.reshape(-1) for column in columns], axis=1)")
    lines.append("result = evaluate_layers(rows)")
    outputs = [f"result[:, {target}].reshape(columns[0].shape)" for target in range(network.shape[-1])]
    lines.append(f"return {', '.join(outputs)}")
    return lines, network_lines(network)
