"""Fewer rows of a table, evenly taken: what screens, scores and suggestions look at."""

from __future__ import annotations

import torch

from kan_core.network.network import Network
from kan_core.training.data import Table


def some_rows(table: Table, most: int) -> Table:
    """At most `most` rows at equal distances."""
    if table.rows <= most:
        return table
    return table.take(places(table.rows, most).to(table.inputs.device))


def places(rows: int, most: int) -> torch.Tensor:
    """(≤ most,) places at equal distances, the first and the last among them."""
    return torch.linspace(0, rows - 1, min(rows, most)).round().long()


def screen_size(network: Network, most: int = 4_000) -> int:
    """Rows that are enough to see how edges behave.

    Fewer for wide layers: the edge values of all rows, 20 million doubles of 160 MB, would fill the memory.
    """
    widest = max(layer.targets * layer.inputs for layer in network.layers)
    return max(50, min(most, 20_000_000 // widest))
