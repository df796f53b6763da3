"""Targets that are one number on all rows: there is nothing to learn, and the network says that number."""

from __future__ import annotations

from dataclasses import replace

import torch

from kan_core.ids import EdgeId
from kan_core.network.network import Network
from kan_core.network.prune import prune_edges
from kan_core.network.trace import forward
from kan_core.training.data import Table, constant_of


def with_constant_outputs(network: Network, table: Table) -> Network:
    """The untrained network whose outputs for constant targets are these constants, exactly and without edges.

    Splines would come near them only, and a formula would speak of inputs that have no say.
    """
    constants = [constant_of(column) for column in table.targets.T]
    gone = {output for output, value in enumerate(constants) if value is not None}
    if not gone:
        return network
    units, last = network.normalisation, network.layers[-1]
    known = [float(shift) if value is None else value for shift, value in zip(units.target_shift, constants, strict=True)]
    shift = torch.tensor(known, dtype=units.target_shift.dtype, device=units.target_shift.device)
    owner = last.structure.node_of_subnode
    rows = [subnode for subnode in range(last.targets) if owner[subnode] in gone]
    coefficients = last.coefficients.clone()
    # At zero, so that pruning moves no mean to a constant edge.
    coefficients[rows] = 0.0
    network = replace(
        network,
        layers=(*network.layers[:-1], replace(last, coefficients=coefficients)),
        normalisation=replace(units, target_shift=shift),
    )
    edges = [EdgeId(len(network.layers) - 1, source, target) for target in rows for source in range(last.inputs)]
    return prune_edges(network, edges, forward(network, units.inputs(table.inputs)))
