"""What the rows say that one edge should be, everything else in the network being as it is.

The classical partial residual of an additive model, φ(x) + r (Larsen & McCleary 1972), where the edge may be anywhere: the
residual r of the outputs is brought to the edge through the slope δ = ∂output/∂edge, as a damped Gauss-Newton step.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edges import check_edge, edge_function
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward, split_sensitivity
from kan_core.training.data import Table
from kan_core.training.linearise import propagate
from kan_core.training.objectives import Objective, is_classification


@dataclass(frozen=True, eq=False)
class PartialResiduals:
    """Rows as points beside an edge's curve; those without a value are left out.

    Attributes:
        x: (rows,) values of the source node, in the network's units.
        y: (rows,) what the edge's value should be there, in the network's units.
        weights: (rows,) of the table; None where every row counts once.
    """

    x: Tensor
    y: Tensor
    weights: Tensor | None

    @property
    def shares(self) -> Tensor | None:
        """(rows,) weights over the largest of them, 0 … 1; None where every row counts once."""
        return None if self.weights is None else self.weights / self.weights.amax()


def partial_residuals(
    network: Network, table: Table, edge: EdgeId, objective: Objective, *, damping: float = 0.05
) -> PartialResiduals:
    """φ(x) + Σ_o δ_o·r_o / (Σ_o δ_o² + damping·mean over rows of Σ_o δ_o²) for each row.

    Args:
        network: any.
        table: rows, raw units.
        edge: of the network.
        objective: what is learned, see `unexplained`.
        damping: a row on which the output hardly feels the edge says little about it, so its residual is not blown up.

    Raises:
        EdgeError: there is no such edge.
    """
    check_edge(network, edge)
    trace = forward(network, network.normalisation.inputs(table.inputs), slopes=True)
    slope = edge_slopes(network, trace, edge)
    square = slope.square().sum(1)
    left = unexplained(network, table, trace.output, objective)
    share = (slope * left).sum(1) / (square + damping * square.nanmean()).clamp(min=1e-300)
    source = trace.inputs[edge.layer][:, edge.source]
    wanted = edge_function(network, edge, source) + share
    known = torch.isfinite(source) & torch.isfinite(wanted)
    return PartialResiduals(source[known], wanted[known], None if table.weights is None else table.weights[known])


def edge_slopes(network: Network, trace: Trace, edge: EdgeId) -> Tensor:
    """δ = ∂output/∂edge, (rows, outputs), in the network's units; by the chain rule from the outputs back to the edge's target.

    Args:
        network: that made the trace.
        trace: with slopes.
        edge: of the network.
    """
    outputs = trace.output.shape[1]
    sensitivity = torch.eye(outputs, dtype=network.dtype).expand(trace.output.shape[0], -1, -1)
    for index in reversed(range(edge.layer, len(network.layers))):
        layer, values = network.layers[index], trace.layers[index]
        sensitivity = split_sensitivity(layer.structure, values.subnodes, sensitivity)
        if index > edge.layer:
            sensitivity = propagate(layer, values, sensitivity)
    return sensitivity[:, :, edge.target]


def unexplained(network: Network, table: Table, output: Tensor, objective: Objective) -> Tensor:
    """(rows, outputs) target minus output, in the network's units; of classes share minus probability, over the target's scale.

    Args:
        network: for its units.
        table: rows, raw units.
        output: (rows, outputs) of the network on these rows, in its units.
        objective: what is learned.
    """
    units = network.normalisation
    if is_classification(objective):
        return (table.targets - objective.predict(output, units)) / units.target_scale
    return units.targets(table.targets) - output
