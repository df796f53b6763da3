"""Edge functions as a binary frame: float32 curves of the most important edges, and where the data are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edges import active_edges, sample_curves
from kan_core.network.network import Network
from kan_core.network.trace import Trace
from server.contract.events import Curves
from server.work.situation import Situation

POINTS = 64
DENSITY_BINS = 16
MOST_EDGES = 400
_LARGEST = 3e38


def curves_frame(
    situation: Situation, *, action_id: str | None = None, revision: str | None = None, density: bool = True
) -> Curves:
    """Curves of all active edges, of the `MOST_EDGES` most important when there are more.

    Where a symbolic edge has no value the curve holds NaN, which a screen draws as a gap.
    """
    network, trace = situation.network, situation.trace
    edges, shares = _most_important(network, situation.scores.edges)
    curves = sample_curves(network, trace, POINTS, edges)
    return Curves(
        revision=revision,
        action_id=action_id,
        points=POINTS,
        edges=np.asarray(edges, dtype="<i4").reshape(-1, 3).tobytes(),
        x_low=_float32(curves.low),
        x_high=_float32(curves.high),
        y=_float32(curves.y),
        importance=np.asarray(shares, dtype="<f4").tobytes(),
        density=_density(trace) if density else b"",
    )


def _most_important(network: Network, scores: Sequence[Tensor]) -> tuple[list[EdgeId], list[float]]:
    """Edges in order of layer, target, source, and their importance."""
    edges = active_edges(network)
    tables = [layer.tolist() for layer in scores]
    shares = [float(tables[edge.layer][edge.target][edge.source]) for edge in edges]
    if len(edges) > MOST_EDGES:
        chosen = sorted(sorted(range(len(edges)), key=lambda place: -shares[place])[:MOST_EDGES])
        edges, shares = [edges[place] for place in chosen], [shares[place] for place in chosen]
    return edges, shares


def _float32(values: Tensor) -> bytes:
    """Little-endian float32; what is too large for it is cut, NaN stays."""
    return values.clamp(-_LARGEST, _LARGEST).numpy().astype("<f4").tobytes()


def _density(trace: Trace) -> bytes:
    """For every source node the share of rows in each bin of its range, largest bin 1."""
    return np.concatenate([_histograms(values) for values in trace.inputs]).astype("<f4").tobytes()


def _histograms(values: Tensor) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(nodes, bins)."""
    values = torch.nan_to_num(values, nan=0.0, posinf=_LARGEST, neginf=-_LARGEST)
    low, high = values.amin(0), values.amax(0)
    width = torch.where(high > low, high - low, torch.ones_like(low))
    share = torch.where(high > low, (values - low) / width, torch.full_like(values, 0.5))
    bins = (share * DENSITY_BINS).long().clamp(0, DENSITY_BINS - 1)
    counts = torch.nn.functional.one_hot(bins, DENSITY_BINS).sum(0).to(torch.float64)
    return (counts / counts.amax(dim=1, keepdim=True).clamp(min=1)).numpy()
