"""One staircase of grid extensions: Levenberg-Marquardt on each grid, test RMSE after each.

`python -m benchmarks.cases.accuracy --case toy_3000 --seed 0`. The first grid starts from three random networks; then each
stair moves the knots of hidden nodes to the values there are, extends the grid, trains, and settles the splines where
there are no rows. The inputs' grid is the box [-1, 1], as it is in pykan. The test rows only judge.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from benchmarks.machine import THREADS
from benchmarks.staircases import Staircase, by_name, rows_of
from kan_core.network.create import create_network
from kan_core.network.extend import extend_grid
from kan_core.network.network import Network
from kan_core.network.settle import settle
from kan_core.network.trace import evaluate, forward
from kan_core.training.data import Split, Table, make_table
from kan_core.training.grids import update_grids
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.starts import train_from_starts

STARTS = 3
FIRST_STEPS = 60
TOLERANCE = 1e-9


def untrained(case: Staircase, table: Table, generator: torch.Generator) -> Network:
    """A random network whose inputs' grid is the box."""
    corners = torch.tensor([[-1.0], [1.0]], dtype=torch.float64).expand(2, case.shape[0])
    targets = table.targets.mean(0, keepdim=True).expand(2, -1)
    box = make_table(torch.cat([table.inputs, corners]), torch.cat([table.targets, targets]))
    return create_network(case.shape, box, generator=generator, intervals=case.intervals[0])


def climbed(network: Network, split: Split, intervals: int, steps: int) -> Network:
    """The network on a finer grid, trained."""
    x = network.normalisation.inputs(split.train.inputs)
    network = extend_grid(network, intervals)
    network = settle(update_grids(network, forward(network, x), force=True) or network, x)
    for progress in train(network, split, LevenbergMarquardtOptions(steps=steps, tolerance=TOLERANCE, update_grid=False)):
        network = progress.network
    return settle(network, x)


def rmse(network: Network, inputs: Tensor, targets: Tensor) -> dict[str, float]:
    """Root of the mean and of the median squared error; the latter is blind to the corners of the box."""
    squares = (evaluate(network, inputs) - targets).square()
    return {"test_rmse": float(squares.mean().sqrt()), "median": float(squares.median().sqrt())}


def run(case: Staircase, seed: int) -> list[dict[str, float]]:
    """All stairs."""
    train_inputs, train_targets, test_inputs, test_targets = map(torch.from_numpy, rows_of(case, seed))
    table = make_table(train_inputs, train_targets)
    split, generator = Split(table, table), torch.Generator().manual_seed(seed)
    stairs: list[dict[str, float]] = []
    began = time.perf_counter()
    for intervals in case.intervals:
        if not stairs:
            starts = [untrained(case, table, generator) for _ in range(STARTS)]
            network = starts[0]
            for progress in train_from_starts(starts, split, LevenbergMarquardtOptions(steps=FIRST_STEPS)):
                network = progress.network
        else:
            network = climbed(network, split, intervals, case.steps)
        parameters = sum(a * b for a, b in pairwise(case.shape)) * (intervals + 3)
        seconds = time.perf_counter() - began
        stairs.append(
            {"intervals": intervals, "parameters": parameters, **rmse(network, test_inputs, test_targets), "seconds": seconds}
        )
    return stairs


def slope(stairs: list[dict[str, float]], key: str) -> float | None:
    """Of log RMSE against the logarithm of G or of the number of parameters, by least squares, while the error falls."""
    kept = [each for each in stairs if each["test_rmse"] > 0]
    if len(kept) < 2:
        return None
    x, y = np.log([each[key] for each in kept]), np.log([each["test_rmse"] for each in kept])
    return float(np.polyfit(x, y, 1)[0])


def main() -> None:
    """Print all stairs of one case and seed as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--case", required=True)
    arguments.add_argument("--seed", type=int, default=0)
    chosen = arguments.parse_args()
    torch.set_num_threads(THREADS)
    stairs = run(by_name(chosen.case), chosen.seed)
    slopes = {f"slope_{key}": slope(stairs, key) for key in ("intervals", "parameters")}
    print(json.dumps({"seed": chosen.seed, "seconds": stairs[-1]["seconds"], "stairs": stairs, **slopes}))


if __name__ == "__main__":
    main()
