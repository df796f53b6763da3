"""MLPs on the rows of a staircase: float64, SiLU, L-BFGS with a strong Wolfe line search, as many steps as in the paper.

`python -m benchmarks.cases.accuracy_mlp --case toy_3000`. Knows torch only, not Kanscope.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks.machine import THREADS
from benchmarks.staircases import Staircase, by_name, rows_of

BUDGET = 25.0
"""Seconds for one MLP; one that is cut short says so."""


def model(case: Staircase, depth: int, width: int) -> torch.nn.Sequential:
    """`depth` hidden layers of `width` nodes."""
    parts: list[torch.nn.Module] = []
    for inputs, targets in pairwise([case.shape[0], *[width] * depth, 1]):
        parts += [torch.nn.Linear(inputs, targets, dtype=torch.float64), torch.nn.SiLU()]
    return torch.nn.Sequential(*parts[:-1])


def trained(network: torch.nn.Sequential, x: Tensor, y: Tensor, steps: int) -> int:
    """Minimise the mean squared error; the number of steps taken."""
    mean, deviation = y.mean(), y.std()
    wanted = (y - mean) / deviation
    optimiser = torch.optim.LBFGS(
        network.parameters(),
        max_iter=20,
        history_size=50,
        tolerance_grad=1e-14,
        tolerance_change=1e-16,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = (network(x) - wanted).square().mean()
        loss.backward()
        return loss

    began, taken = time.perf_counter(), 0
    while taken < steps and time.perf_counter() - began < BUDGET:
        optimiser.step(closure)
        taken += 20
    with torch.no_grad():
        last = network[-1]
        last.weight.mul_(deviation)
        last.bias.mul_(deviation).add_(mean)
    return taken


def main() -> None:
    """Print test RMSE and parameters of each MLP as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--case", required=True)
    case = by_name(arguments.parse_args().case)
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    train_inputs, train_targets, test_inputs, test_targets = map(torch.from_numpy, rows_of(case, 0))
    found: list[dict[str, float]] = []
    began = time.perf_counter()
    for depth, width in case.mlp:
        network = model(case, depth, width)
        steps = trained(network, train_inputs, train_targets, case.mlp_steps)
        with torch.no_grad():
            error = float((network(test_inputs) - test_targets).square().mean().sqrt())
        parameters = sum(each.numel() for each in network.parameters())
        found.append({"depth": depth, "width": width, "parameters": parameters, "steps": steps, "test_rmse": error})
    print(json.dumps({"seconds": time.perf_counter() - began, "networks": found}))


if __name__ == "__main__":
    main()
