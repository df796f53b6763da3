"""One edge as a curve over the range of its source node's values."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edges import check_edge, edge_function
from kan_core.network.network import Network
from kan_core.network.trace import Trace


def edge_curve(network: Network, trace: Trace, edge: EdgeId, points: int) -> tuple[Tensor, Tensor]:
    """Points x and φ(x), each (points,), in the network's units, evenly from the least to the largest finite value.

    Args:
        network: that made the trace.
        trace: on the rows whose range is drawn; where none of them has a value it is 0 … 1.
        edge: of the network; a pruned one is a line at zero.
        points: of the curve. Gaps are closed, see `without_gaps`.

    Raises:
        EdgeError: there is no such edge.
    """
    check_edge(network, edge)
    values = trace.inputs[edge.layer][:, edge.source]
    values = values[torch.isfinite(values)]
    low, high = (values.amin(), values.amax()) if len(values) else (torch.zeros(()), torch.ones(()))
    x = low + (high - low) * torch.linspace(0, 1, points, dtype=network.dtype)
    return x, without_gaps(x, edge_function(network, edge, x))


def source_reach(network: Network, trace: Trace, edge: EdgeId) -> float:
    """How far the finite values that enter an edge reach, largest less smallest: of an input in its column's unit.

    Args:
        network: that made the trace.
        trace: with at least one finite value there.
        edge: of the network.
    """
    values = trace.inputs[edge.layer][:, edge.source]
    values = values[torch.isfinite(values)]
    scale = float(network.normalisation.input_scale[edge.source]) if edge.layer == 0 else 1.0
    return float(values.amax() - values.amin()) * scale


def without_gaps(x: Tensor, y: Tensor) -> Tensor:
    """Values where there are none, on the straight line between their neighbours; 0 where none is known at all.

    Args:
        x: (points,) rising.
        y: (points,) NaN or infinite outside a function's domain.
    """
    known = torch.isfinite(y)
    if bool(known.all()) or not bool(known.any()):
        return torch.nan_to_num(y, nan=0.0, posinf=0.0, neginf=0.0)
    return torch.from_numpy(np.interp(x.numpy(), x[known].numpy(), y[known].numpy()))
