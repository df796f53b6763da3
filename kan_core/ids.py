"""Names of the places in a network: an edge, a node.

Every package uses these types; nobody passes bare index triples around.
"""

from __future__ import annotations

from typing import NamedTuple


class EdgeId(NamedTuple):
    """One edge function: layer `layer` maps node `source` to subnode `target`, all zero-based.

    In a layer without product nodes a subnode is a node. A product node of arity m owns m
    consecutive subnodes (its factors), see `kan_core.layers.structure.Structure`.
    Arrays over the edges of a layer are ordered `[target, source, ...]`, like `torch.nn.Linear`.
    """

    layer: int
    source: int
    target: int


class NodeId(NamedTuple):
    """One node: `layer` 0 holds the inputs, the last layer the outputs, `index` is zero-based.

    The field hides `tuple.index`, which nobody asks of a place.
    """

    layer: int
    index: int  # pyright: ignore[reportIncompatibleMethodOverride]
