"""Add nodes to a hidden layer without changing the function."""

from __future__ import annotations

import torch

from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node
from kan_core.network.widen import widen as more_nodes
from server.contract.actions import Widen
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import check_size
from server.work.handlers.sentences import plural
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of


def widen(action: Widen, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """New nodes; what leaves them is zero until training moves it.

    Raises:
        WorkError: no such hidden layer, or too many parameters.
    """
    situation = situation_of(parent, table)
    network = situation.network
    if action.layer >= len(network.layers):
        hidden = len(network.layers) - 1
        raise WorkError(
            f"There is no hidden layer {action.layer}; this network has {plural(hidden, 'hidden layer')}.",
            hint="Name a layer between inputs and outputs, counted from 1." if hidden else "Put a layer in first.",
        )
    node = Node("product", action.arity) if action.node_kind == "product" else Node()
    below, above = network.layers[action.layer - 1], network.layers[action.layer]
    # Before memory is asked for: pruned edges do not count as parameters, but take room beside new nodes.
    check_size(network, more=action.nodes * (node.arity * below.inputs * _own(below) + above.targets * _own(above)))
    wider = more_nodes(network, action.layer, node, action.nodes, situation.trace, torch.Generator().manual_seed(action.seed))
    counted = plural(action.nodes, "product node" if action.node_kind == "product" else "node")
    return finish(situation.with_network(wider), f"{counted} more; the function is as before until training uses what is new.")


def _own(layer: Layer) -> int:
    """Parameters of a new edge."""
    return layer.grid.splines + (layer.grid.base is not None)
