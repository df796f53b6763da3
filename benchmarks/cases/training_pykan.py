"""How far and how fast pykan's L-BFGS gets on the toy: [2, 5, 1], G = 5, no penalty, float64.

Run in the peers' environment: `python -m benchmarks.cases.training_pykan --seed 0`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time

import torch
from kan import KAN

from benchmarks.cases.pykan_data import dataset
from benchmarks.toy import make_toy

STEPS = 50


def run(seed: int, folder: str) -> dict[str, object]:
    """Seconds and the smallest error on the test rows it passed."""
    toy = make_toy(seed)
    rows = dataset(toy.train_inputs, toy.train_targets, toy.test_inputs, toy.test_targets)
    model = KAN(width=[2, 5, 1], grid=5, k=3, seed=seed, ckpt_path=folder)
    began = time.perf_counter()
    losses = [float(loss) for loss in model.fit(rows, opt="LBFGS", steps=STEPS)["test_loss"]]
    seconds = time.perf_counter() - began
    best = min(range(STEPS), key=losses.__getitem__)
    return {"seed": seed, "seconds": seconds * (best + 1) / STEPS, "steps": best + 1, "test_rmse": losses[best]}


def main() -> None:
    """Print the result of one seed as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=0)
    seed = arguments.parse_args().seed
    torch.set_default_dtype(torch.float64)
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        result = run(seed, folder)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
