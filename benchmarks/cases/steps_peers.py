"""One training step of a peer (flashkan or inkan; torch.compile as they ship): forward, backward and fused Adam, float32.

Run in the peer's environment (`pip install --no-deps flashkan==0.2.0` or `inkan==0.5.2` next to torch):
`python -m benchmarks.cases.steps_peers --peer inkan`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource

import torch

from benchmarks.machine import THREADS
from benchmarks.steps import SHAPES, Shape, StepTimes, draw, measure


def run(peer: str, shape: Shape) -> StepTimes:
    """Steps of the peer's `KANNetwork`; its kernels compile during the warm-up."""
    model = importlib.import_module(peer).KANNetwork(list(shape.widths), grid_size=shape.intervals)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def step() -> None:
        x, y = draw(shape)
        with times:
            adam.zero_grad()
            torch.nn.functional.mse_loss(model(x), y).backward()
            adam.step()

    times = StepTimes()
    measure(step)
    return times


def main() -> None:
    """Print milliseconds per shape as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peer", choices=("flashkan", "inkan"), required=True)
    arguments.add_argument("--threads", type=int, default=THREADS)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(0)
    times = {shape.name: run(chosen.peer, shape).summary() for shape in SHAPES}
    print(json.dumps({chosen.peer: times, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
