"""What the nodes of a network are called."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.network.network import Network
from server.work.situation import Rows


def node_names(shape: Sequence[int], inputs: Sequence[str], targets: Sequence[str]) -> list[list[str]]:
    """Names per level: inputs and outputs by their column, hidden nodes h0, h1, …, counted through all hidden levels.

    A hidden name that a column has already is passed over.
    """
    taken = {*inputs, *targets}
    hidden: list[list[str]] = []
    number = 0
    for count in shape[1:-1]:
        level: list[str] = []
        while len(level) < count:
            if f"h{number}" not in taken:
                level.append(f"h{number}")
            number += 1
        hidden.append(level)
    return [list(inputs), *hidden, list(targets)]


def locked_edges(network: Network, rows: Rows) -> tuple[str, ...]:
    """What the locked edges lead from and to: `x → h0`, ordered as edges are."""
    names = node_names(network.shape, rows.inputs, rows.targets)
    found: list[str] = []
    for level, layer in enumerate(network.layers):
        owner = layer.structure.node_of_subnode
        found += [
            f"{names[level][source]} → {names[level + 1][owner[target]]}" for target, source in sorted(layer.structure.locked)
        ]
    return tuple(found)
