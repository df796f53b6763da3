"""One training step of a peer (flashkan or inkan, with torch.compile as they ship) and of Kanscope in turns, float32.

Run in the peer's environment, which needs torch and `pip install --no-deps flashkan==0.2.0` or `inkan==0.5.2`:
`python -m benchmarks.cases.steps_peers --peer inkan`.
"""

from __future__ import annotations

import argparse
import importlib
import json

import torch

from benchmarks.cases.steps import kanscope, module_step
from benchmarks.machine import THREADS
from benchmarks.steps import SHAPES, Shape, Step, alternate

PEERS = ("flashkan", "inkan")


def steps(peer: str, shape: Shape) -> dict[str, Step]:
    """Both; the peer's kernels compile during the warm-up."""
    model = importlib.import_module(peer).KANNetwork(list(shape.widths), grid_size=shape.intervals)
    return {"kanscope": kanscope(shape), peer: module_step(model)}


def main() -> None:
    """Print milliseconds per shape as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peer", choices=PEERS, required=True)
    arguments.add_argument("--threads", type=int, default=THREADS)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(0)
    print(json.dumps({shape.name: alternate(shape, steps(chosen.peer, shape)) for shape in SHAPES}))


if __name__ == "__main__":
    main()
