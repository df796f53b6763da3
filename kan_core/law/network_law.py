"""The law of a network: the one it has, or one made when its last spline has gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.law import Law
from kan_core.law.bounds import with_bounds_of, within_bounds, without_bounds
from kan_core.law.directions import movable
from kan_core.law.following import follow
from kan_core.law.lessening import fitted_to
from kan_core.law.making import law_of_expressions
from kan_core.law.naming import inherited
from kan_core.law.respelling import respelled
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import write_formula
from kan_core.training.data import Table

Array = NDArray[np.floating[Any]]

LOOKED_AT = 2_000
"""Rows that tell the constants of a new law apart."""
_TRIED = 300
"""Rows on which a former law is tried, which has no noise to average out."""


def with_law(network: Network, table: Table, columns: Sequence[str], targets: Sequence[str]) -> Network:
    """The network with its law; as it is where splines are left, or no law can hold what it says.

    Args:
        network: whatever.
        table: training rows, raw units.
        columns: names of the inputs.
        targets: of the outputs.
    """
    if network.law is not None or any(layer.structure.has_splines for layer in network.layers):
        return network
    inputs = some_rows(table)
    with np.errstate(all="ignore"):
        try:
            law = _still(network, inputs) or _written(network, inputs, columns, targets)
        except FormulaError:
            return network
    if law is None:
        return network
    lawful = replace(network, law=law, former=None, exact=())
    kept = within_bounds(law)
    # Splines that stood beside the constants know no bounds.
    return lawful if kept == law else follow(lawful, kept, table, targets)


def _still(network: Network, inputs: Array) -> Law | None:
    """The law of before where it says what the network says, at other values of its constants or without some of its terms."""
    if network.former is None:
        return None
    few = inputs[:: max(1, -(-len(inputs) // _TRIED))]
    values = evaluate(network, torch.from_numpy(few.copy())).to(torch.float64).numpy()
    found = fitted_to(without_bounds(network.former), few, values)
    return None if found is None else with_bounds_of(found, network.former)


def _written(network: Network, inputs: Array, columns: Sequence[str], targets: Sequence[str]) -> Law | None:
    """The network written out; None where it is too long for that."""
    formula = write_formula(network, columns, targets, torch.from_numpy(inputs))
    if formula.hidden:
        return None
    law = law_of_expressions(formula.expressions, columns, inputs, network.exact)
    if network.former is not None:
        law = respelled(inherited(law, network.former, columns), network.former, inputs[:: max(1, -(-len(inputs) // _TRIED))])
    moving = movable(law, network, inputs)
    for constant in law.free:
        if constant.name not in moving:
            law = law.with_constant(replace(constant, state="fixed"))
    return law


def some_rows(table: Table) -> Array:
    """Up to `LOOKED_AT` rows of inputs, evenly spread."""
    rows = table.inputs[:: max(1, -(-len(table.inputs) // LOOKED_AT))]
    made: Array = rows.detach().cpu().to(torch.float64).numpy()
    return made
