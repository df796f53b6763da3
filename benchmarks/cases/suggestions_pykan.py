"""What pykan takes to suggest a form for one edge: 29 functions, 1000 rows, float64.

For [4, 16, 16, 1] a few of the 336 edges are asked; all of them in a row would take most of an hour.
Run in the peers' environment.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from statistics import median

import numpy as np
import torch
from kan import KAN

ROWS = 1000
ASKED = 3


def ask(width: list[int], edges: int, folder: str) -> float:
    """Median seconds an edge."""
    inputs = torch.from_numpy(np.random.default_rng(0).uniform(-1, 1, (ROWS, width[0])))
    model = KAN(width=list(width), grid=10, k=3, seed=0, ckpt_path=folder)
    model(inputs)
    seconds: list[float] = []
    for edge in range(edges):
        began = time.perf_counter()
        model.suggest_symbolic(0, edge % width[0], edge % width[1], verbose=False)
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def main() -> None:
    """Print the seconds as JSON; those of all edges are extrapolated from one edge's."""
    torch.set_default_dtype(torch.float64)
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        small, large = ask([2, 5, 1], ASKED, folder), ask([4, 16, 16, 1], ASKED, folder)
    edges = 4 * 16 + 16 * 16 + 16
    print(json.dumps({"seconds": small, "all_edges_seconds": large * edges, "edges": edges, "edges_asked": ASKED}))


if __name__ == "__main__":
    main()
