"""From an equation to its solution and to its law, over REST against a real server.

`python -m benchmarks.cases.equations_kanscope --name heat`. The page's own defaults, except for the budget of the search.
`exact`: the formula equals the solution to 1e-9 of its spread at points of the box that nobody has seen.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from benchmarks.equations import PROBLEMS, Problem
from scripts.serving import Serving

BUDGET = 30
EXACT = 1e-9


def run(problem: Problem, server: Serving) -> dict[str, Any]:
    """Seconds and errors of solution and law."""
    names = [name for name, _, _ in problem.inputs]
    inputs = [{"name": name, "low": low, "high": high} for name, low, high in problem.inputs]
    body = {"inputs": inputs, "unknowns": [problem.unknown], "equations": list(problem.equations)}
    dataset = server.request("POST", "/equations", body)
    columns = {"dataset": dataset["id"], "inputs": names, "targets": [problem.unknown]}
    session = server.request("POST", "/sessions", columns)["id"]

    def act(action: dict[str, Any]) -> dict[str, Any]:
        revision: dict[str, Any] = server.request("POST", f"/sessions/{session}/actions?wait=true", action)["revision"]
        return revision

    began = time.perf_counter()
    solved = act({"kind": "fit_equation"})
    seconds = time.perf_counter() - began
    rows = np.array(server.get(f"/sessions/{session}/rows?limit=1000")["rows"])
    truth = values(problem.truth, dict(zip(names, rows.T, strict=False)))
    began = time.perf_counter()
    law = act({"kind": "search", "budget": BUDGET})
    random = np.random.default_rng(0)
    others = {name: random.uniform(low, high, 500) for name, low, high in problem.inputs}
    right = values(problem.truth, others)
    miss = np.sqrt(np.mean((values(law["formula"]["sympy"], others) - right) ** 2)) / right.std()
    return {
        "name": problem.name,
        "shape": solved["network"]["shape"],
        "seconds": seconds,
        "mean_squared_error": float(np.mean((rows[:, len(names)] - truth) ** 2)),
        "equation_rms": solved["metrics"]["equation_rms"],
        "law_seconds": time.perf_counter() - began,
        "law": law["formula"]["sympy"],
        "law_equation_rms": law["metrics"]["equation_rms"],
        "exact": bool(miss < EXACT),
    }


def values(text: str, columns: dict[str, np.ndarray]) -> np.ndarray:
    """A formula of this benchmark or of the server under test on columns."""
    expression = sympy.sympify(text, locals={name: sympy.Symbol(name) for name in columns})
    function = sympy.lambdify(list(map(sympy.Symbol, columns)), expression, "numpy")
    return np.broadcast_to(function(*columns.values()), next(iter(columns.values())).shape)


def main() -> None:
    """Print the result of one problem as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--name", choices=[problem.name for problem in PROBLEMS], required=True)
    name = arguments.parse_args().name
    with tempfile.TemporaryDirectory() as folder:
        server = Serving(Path(folder))
        try:
            server.start()
            result = run(next(problem for problem in PROBLEMS if problem.name == name), server)
        finally:
            server.stop()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
