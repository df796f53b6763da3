"""pykan's answer to one law: the recipe of its notebooks without a person.

[n, 5, 1], G = 3: 50 L-BFGS steps with λ = 1e-3, prune, 50 steps, refine to G = 10, 50 steps, auto_symbolic over pykan's own
functions, 50 steps, formula. Run in the peers' environment; it is killed when the budget is spent.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile

import torch
from kan import KAN

from benchmarks.cases.pykan_data import dataset
from benchmarks.laws import ROWS, Law, law_asked_for

STEPS = 50


def formula_of(law: Law, folder: str) -> str:
    """The whole pipeline; pykan keeps its checkpoints in `folder`."""
    inputs, values = law.rows(ROWS, 1)
    held_out = len(values) // 5
    targets = values[:, None]
    rows = dataset(inputs[held_out:], targets[held_out:], inputs[:held_out], targets[:held_out])
    model = KAN(width=[inputs.shape[1], 5, 1], grid=3, k=3, seed=0, ckpt_path=folder)
    model.fit(rows, opt="LBFGS", steps=STEPS, lamb=1e-3)
    model = model.prune()
    model.fit(rows, opt="LBFGS", steps=STEPS)
    model = model.refine(10)
    model.fit(rows, opt="LBFGS", steps=STEPS)
    model.auto_symbolic(verbose=0)
    model.fit(rows, opt="LBFGS", steps=STEPS)
    return str(model.symbolic_formula(var=list(law.symbols))[0][0])


def main() -> None:
    """Print the formula as JSON; pykan's own progress goes to stderr."""
    law, _ = law_asked_for(__doc__)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        formula = formula_of(law, folder)
    print(json.dumps({"formula": formula}))


if __name__ == "__main__":
    main()
