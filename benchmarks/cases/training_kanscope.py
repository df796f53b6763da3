"""How long Levenberg-Marquardt takes to the error that pykan reached: [2, 5, 1], G = 5, no penalty, the same rows."""

from __future__ import annotations

import argparse
import json
import time

import torch

from benchmarks.toy import make_toy
from kan_core.network.create import create_network
from kan_core.training.data import Split, make_table
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train

STEPS = 400


def run(seed: int, target: float) -> dict[str, object]:
    """Seconds until the error on the test rows is at most `target`; `reached` says whether it was."""
    toy = make_toy(seed)
    rows = make_table(torch.from_numpy(toy.train_inputs), torch.from_numpy(toy.train_targets))
    split = Split(rows, make_table(torch.from_numpy(toy.test_inputs), torch.from_numpy(toy.test_targets)))
    network = create_network((2, 5, 1), rows, intervals=5, generator=torch.Generator().manual_seed(seed))
    began = time.perf_counter()
    best, steps = float("inf"), 0
    for progress in train(network, split, LevenbergMarquardtOptions(steps=STEPS, tolerance=1e-9)):
        best, steps = min(best, progress.test_error), progress.step
        if best <= target:
            break
    return {"seed": seed, "seconds": time.perf_counter() - began, "steps": steps, "test_rmse": best, "reached": best <= target}


def main() -> None:
    """Print the result of one seed as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--target", type=float, default=0.0)
    chosen = arguments.parse_args()
    torch.set_num_threads(1)  # as the server's workers do
    print(json.dumps(run(chosen.seed, chosen.target)))


if __name__ == "__main__":
    main()
