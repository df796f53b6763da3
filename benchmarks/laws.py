"""Laws to be recovered, the rows everybody gets, and the one judge of all answers.

Knows numpy and sympy only, so that it loads in every peer's environment. The laws are in targets/*.json: name, formula in x1, x2,
…, ranges, source, and whether the law was kept aside while the search was made.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy

TARGETS = Path(__file__).resolve().parent / "targets"
ROWS = 1000
FRESH = 2000
INSIDE, OUTSIDE, GROWN = 1e-4, 1e-3, 1.2
"""Exact: nrmse on fresh rows below the first, and on the box grown about its centre by the last below the second."""


@dataclass(frozen=True)
class Law:
    """A formula in x1, x2, … with the range of each."""

    name: str
    expression: sympy.Expr
    ranges: np.ndarray

    @property
    def symbols(self) -> list[sympy.Symbol]:
        """x1, x2, …, also those that do not occur."""
        return [sympy.Symbol(f"x{place + 1}") for place in range(len(self.ranges))]

    def rows(self, count: int, seed: int, grown: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (rows, inputs), uniform in the grown box, and values (rows,), where the law has one."""
        middle, half = self.ranges.mean(axis=1), np.ptp(self.ranges, axis=1) / 2 * grown
        inputs = middle + half * np.random.default_rng(seed).uniform(-1, 1, (count, len(middle)))
        values = evaluate(self.expression, self.symbols, inputs)
        defined = np.isfinite(values)
        return inputs[defined], values[defined]


def read_laws(targets: str) -> list[Law]:
    """All laws of targets/<targets>.json."""
    entries: list[dict[str, Any]] = json.loads((TARGETS / f"{targets}.json").read_text(encoding="utf-8"))
    return [Law(entry["id"], sympy.sympify(entry["expr"]), np.array(entry["ranges"], dtype=float)) for entry in entries]


def law_named(targets: str, name: str) -> Law:
    """One law."""
    return next(law for law in read_laws(targets) if law.name == name)


def evaluate(expression: sympy.Expr, symbols: list[sympy.Symbol], inputs: np.ndarray) -> np.ndarray:
    """(rows,) real values; nan where there is none."""
    function = sympy.lambdify(symbols, expression, modules=["numpy", "scipy"])
    with np.errstate(all="ignore"):
        values = np.broadcast_to(np.asarray(function(*inputs.T)), (len(inputs),))
    return np.where(np.abs(np.imag(values)) > 0, np.nan, np.real(values)).astype(float)


def verdict(law: Law, formula: str | None) -> dict[str, Any]:
    """How near an answer is, how long, whether it is exact, and whether it is then as short as the truth."""
    truth = int(sympy.count_ops(law.expression))
    if formula is None:
        return {"inside": None, "outside": None, "operations": None, "truth_operations": truth, "exact": False, "short": False}
    answer = sympy.sympify(formula)
    inside, outside = _nrmse(law, answer, 7, 1.0), _nrmse(law, answer, 8, GROWN)
    operations = int(sympy.count_ops(answer))
    exact = inside is not None and outside is not None and inside < INSIDE and outside < OUTSIDE
    return {
        "inside": inside,
        "outside": outside,
        "operations": operations,
        "truth_operations": truth,
        "exact": exact,
        "short": exact and operations <= 2 * truth + 4,
    }


def _nrmse(law: Law, answer: sympy.Expr, seed: int, grown: float) -> float | None:
    """Root mean square error over the spread of the truth; None where the answer has no value."""
    inputs, wanted = law.rows(FRESH, seed, grown)
    error = float(np.sqrt(np.mean((evaluate(answer, law.symbols, inputs) - wanted) ** 2)) / wanted.std())
    return error if np.isfinite(error) else None


def law_asked_for(description: str | None) -> tuple[Law, float]:
    """The law and the seconds for it that the command line of a case names."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--targets", default="development")
    arguments.add_argument("--law", required=True)
    arguments.add_argument("--budget", type=float, default=30.0)
    chosen = arguments.parse_args()
    return law_named(chosen.targets, chosen.law), chosen.budget
