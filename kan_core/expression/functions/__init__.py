"""All functions a formula may contain, one row each. A new one is a row in a family here, and nothing else."""

from __future__ import annotations

from kan_core.expression.functions.function import Edge, Function, Namespace, Parity, Relative
from kan_core.expression.functions.table import FUNCTIONS, NAMED, recognised, row_named

__all__ = ["FUNCTIONS", "NAMED", "Edge", "Function", "Namespace", "Parity", "Relative", "recognised", "row_named"]
