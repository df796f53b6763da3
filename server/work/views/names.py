"""What the nodes of a network are called."""

from __future__ import annotations

from collections.abc import Sequence


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
