"""pykan's own way from the toy's rows to a formula: the recipe of its notebook `hellokan`.

[2, 5, 1], G = 3: 50 L-BFGS steps with λ = 1e-3, prune, 50 steps, refine to G = 10, 50 steps, auto_symbolic over ten
functions, 50 steps.
Run in the peers' environment: `python -m benchmarks.cases.toy_pykan --seed 0`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time

import sympy
import torch
from kan import KAN

from benchmarks.cases.pykan_data import dataset
from benchmarks.toy import formula_rmse, make_toy, rounded, verdict

LIBRARY = ["x", "x^2", "x^3", "x^4", "exp", "log", "sqrt", "tanh", "sin", "abs"]
STEPS = 50


def run(seed: int, folder: str) -> dict[str, object]:
    """Time every stage of one seed; pykan keeps its checkpoints in `folder` (without them `prune` fails)."""
    toy = make_toy(seed)
    rows = dataset(toy.train_inputs, toy.train_targets, toy.test_inputs, toy.test_targets)
    seconds: dict[str, float] = {}
    began = time.perf_counter()

    def lap(stage: str) -> None:
        seconds[stage] = time.perf_counter() - began - sum(seconds.values())

    model = KAN(width=[2, 5, 1], grid=3, k=3, seed=seed, ckpt_path=folder)
    model.fit(rows, opt="LBFGS", steps=STEPS, lamb=1e-3)
    lap("sparse_training")
    model = model.prune()
    model.fit(rows, opt="LBFGS", steps=STEPS)
    lap("prune_and_train")
    model = model.refine(10)
    model.fit(rows, opt="LBFGS", steps=STEPS)
    lap("refine_and_train")
    model.auto_symbolic(lib=LIBRARY, verbose=0)
    lap("auto_symbolic")
    model.fit(rows, opt="LBFGS", steps=STEPS)
    symbols = (sympy.Symbol("x"), sympy.Symbol("y"))
    formula = model.symbolic_formula(var=list(symbols))[0][0]
    lap("refit_and_formula")
    return {
        "seed": seed,
        "seconds": time.perf_counter() - began,
        "stages": seconds,
        "formula": rounded(formula, 5),
        **verdict(formula_rmse(formula, symbols, toy), toy),
    }


def main() -> None:
    """Print the result of one seed as JSON; pykan's own progress goes to stderr."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=0)
    seed = arguments.parse_args().seed
    torch.set_default_dtype(torch.float64)
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        try:
            result = run(seed, folder)
        except (RuntimeError, ZeroDivisionError, ValueError, TypeError) as error:  # pykan can fail on a seed: that is its result
            result = {"seed": seed, "seconds": None, "exact": False, "failure": f"{type(error).__name__}: {error}"}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
