"""The rows of a table as laws are fitted to them, with what each weighs."""

from __future__ import annotations

from kan_core.law.problem import LawRows, RowLoss
from kan_core.training.data import Table


def law_rows(table: Table, loss: RowLoss | None = None) -> LawRows:
    """Inputs, targets and weights, and the variance of a row of weight 1 where σ tells it."""
    inputs, targets = (part.detach().cpu().double().numpy() for part in (table.inputs, table.targets))
    weights = None if table.weights is None else table.weights.detach().cpu().double().numpy()
    return LawRows(inputs, targets, weights, loss, table.variance)
