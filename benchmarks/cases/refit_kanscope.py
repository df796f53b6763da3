"""Refit of all constants of a symbolic network ("affine-only retraining"): 20 constants on 10,000 rows to machine precision.

Three edges into a sum of sines and the like, two into an outer function, and so on; the constants start up to 3 % beside
those that made the rows, as they do after a suggestion was accepted.
"""

from __future__ import annotations

import json
import time
from statistics import median

import torch

from benchmarks.machine import THREADS
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.training.data import Split, make_table
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import rmse
from kan_core.training.refit import refit_constants

ROWS = 10_000
RUNS = 9
STEPS = 30

EDGES: tuple[tuple[EdgeId, str, tuple[float, float, float, float]], ...] = (
    (EdgeId(0, 0, 0), "sin", (1.9, 0.3, 0.7, 0.1)),
    (EdgeId(0, 1, 0), "tanh", (1.2, -0.4, 0.5, 0.0)),
    (EdgeId(0, 2, 0), "gaussian", (1.4, 0.2, 0.6, 0.0)),
    (EdgeId(0, 0, 1), "sin", (1.1, -0.6, 0.8, 0.2)),
    (EdgeId(0, 1, 1), "exp", (0.8, 0.0, 0.4, 0.0)),
    (EdgeId(0, 2, 1), "tanh", (0.9, 0.5, 0.7, 0.0)),
    (EdgeId(1, 0, 0), "sin", (1.3, 0.4, 0.9, 0.1)),
    (EdgeId(1, 1, 0), "x", (1.0, 0.0, 0.6, 0.0)),
)


def network_and_rows() -> tuple[Network, Split]:
    """The network with constants that are somewhat wrong, and rows made by the right ones."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.rand(ROWS, 3, generator=generator, dtype=torch.float64) * 2 - 1
    network = create_network((3, 2, 1), make_table(inputs, inputs[:, :1]), generator=generator)
    for edge, primitive, constants in EDGES:
        network = set_symbolic(network, edge, primitive, constants)
    table = make_table(inputs, evaluate(network, inputs))
    parameters = free_parameters(network)
    vector = parameters.gather(network)
    noise = 0.03 * (2 * torch.rand(len(vector), generator=generator, dtype=torch.float64) - 1)
    return parameters.scatter(network, vector * (1 + noise)), Split(table, table)


def refit(network: Network, split: Split) -> tuple[float, int]:
    """RMSE relative to the targets' spread at the end, and steps taken until no step improves."""
    steps = 0
    for progress in refit_constants(network, split, STEPS):
        network, steps = progress.network, progress.step
    error = rmse(network, split.train) / float(split.train.targets.std())
    return error, steps


def main() -> None:
    """Print the median of several runs as JSON."""
    torch.set_num_threads(THREADS)
    network, split = network_and_rows()
    constants = free_parameters(network, splines=False).count(network)
    refit(network, split)
    times: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        error, steps = refit(network, split)
        times.append(time.perf_counter() - began)
    print(
        json.dumps(
            {
                "seconds": median(times),
                "least_seconds": min(times),
                "constants": constants,
                "rows": ROWS,
                "steps": steps,
                "relative_rmse": error,
            }
        )
    )


if __name__ == "__main__":
    main()
