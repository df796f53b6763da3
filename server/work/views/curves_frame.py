"""Edge functions as a binary frame: float32 curves of the most important edges, and where the data are."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from kan_core.importance.foremost import foremost_edges
from kan_core.network.density import densities
from kan_core.network.edges import sample_curves
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
    edges, shares = foremost_edges(network, situation.scores.edges, MOST_EDGES)
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


def _float32(values: Tensor) -> bytes:
    """Little-endian float32; what is too large for it is cut, NaN stays."""
    return values.clamp(-_LARGEST, _LARGEST).numpy().astype("<f4").tobytes()


def _density(trace: Trace) -> bytes:
    """Of every source node, level after level."""
    return torch.cat([densities(values, DENSITY_BINS) for values in trace.inputs]).numpy().astype("<f4").tobytes()
