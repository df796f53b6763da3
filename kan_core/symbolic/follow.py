"""Move a network's constants so that it equals a formula of its own family, for example one with a constant snapped.

The formula's values take the place of the data and Levenberg-Marquardt fits the constants of the symbolic edges to them:
a problem whose smallest residual is zero, so it converges quadratically, to rounding. Called by actions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.expression.tree import Expression
from kan_core.expression.valuation import Valuation
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.training.data import Split, Table
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train

_ROWS = 1_000
_STEPS = 80
_AGREEMENT = 1e-8


def follow_formula(network: Network, expressions: Sequence[Expression], inputs: Tensor) -> Network:
    """The network, in float64, with constants such that it gives the formula's values.

    Args:
        network: without splines; near the formula.
        expressions: one a target, raw units.
        inputs: (rows, inputs) raw units; up to 1,000 of them are used.

    Raises:
        FormulaError: the formula has no value on the rows, or the network cannot follow it (more than 1e-8 of the target's
            spread away), because edges are locked or the formula is not of its family.
    """
    rows = inputs[:: max(1, -(-len(inputs) // _ROWS))].detach().to(torch.float64)
    table = _formula_table(expressions, rows)
    options = LevenbergMarquardtOptions(steps=_STEPS, splines=False, update_grid=False, tolerance=1e-3)
    best = network.to(torch.float64)
    for progress in train(best, Split(table, table), options):
        best = progress.network
    scale = network.normalisation.target_scale.to(torch.float64)
    gap = float(((evaluate(best, table.inputs) - table.targets).abs() / scale).amax())
    if not gap <= _AGREEMENT:
        raise FormulaError(
            f"the network cannot follow this formula (it stays {gap:.1e} of the target's spread away); "
            "unlock its edges, or refit first"
        )
    return best


def _formula_table(expressions: Sequence[Expression], rows: Tensor) -> Table:
    """The rows with the formula's values as targets; rows without a value are left out."""
    valuation = Valuation(rows.cpu().numpy())
    values = np.column_stack([valuation.values(expression) for expression in expressions])
    known = np.isfinite(values).all(axis=1)
    if not known.any():
        raise FormulaError("the formula has no value on any row; choose another number")
    return Table(rows[torch.from_numpy(known)], torch.from_numpy(values[known]))
