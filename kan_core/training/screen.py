"""Fewer rows of a table, evenly taken: what screens, scores and suggestions look at."""

from __future__ import annotations

from dataclasses import replace

import torch

from kan_core.network.network import Network
from kan_core.training.data import Split, Table


def some_rows(table: Table, most: int) -> Table:
    """At most `most` rows at equal distances."""
    if table.rows <= most:
        return table
    return table.take(places(table.rows, most).to(table.inputs.device))


def fewer_rows(split: Split, most: int) -> Split:
    """At most `most` rows to fit; those that judge stay, but where cross-validation judges they are the same."""
    laws = None if split.laws is None else fewer_rows(split.laws, most)
    if split.train.rows <= most:
        return split if laws is split.laws else replace(split, laws=laws)
    train = some_rows(split.train, most)
    if split.units is None:
        return Split(train, train if split.test is split.train else split.test, laws=laws)
    return Split(train, train, split.units[places(split.train.rows, most)], laws)


def places(rows: int, most: int) -> torch.Tensor:
    """(≤ most,) places at equal distances, the first and the last among them."""
    return torch.linspace(0, rows - 1, min(rows, most)).round().long()


def screen_size(network: Network, most: int = 4_000) -> int:
    """Rows that are enough to see how edges behave.

    Fewer for wide layers: the edge values of all rows, 20 million doubles of 160 MB, would fill the memory.
    """
    widest = max(layer.targets * layer.inputs for layer in network.layers)
    return max(50, min(most, 20_000_000 // widest))
