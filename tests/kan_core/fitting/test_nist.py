"""The certified problems of NIST's Statistical Reference Datasets for nonlinear regression (StRD), from both starts or none.

https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml, in the public domain; `benchmarks/targets/nist.json` holds them as data.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kan_core.fitting.formula import FormulaFit, Setting, fit_formula, read_model

PROBLEMS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "benchmarks" / "targets" / "nist.json").read_text(encoding="utf-8")
)
# Doubles hold the data to 1e-16, and the residuals of Lanczos1 are 1e-13 of them: errors come out to three digits.
ERROR_DIGITS = {"Lanczos1": 3.0}


def fitted(problem: dict[str, Any], start: int | None, seed: int = 0) -> FormulaFit:
    model = read_model(problem["model"], problem["columns"], "y")
    settings = {} if start is None else dict(zip(problem["constants"], map(Setting, problem["starts"][start]), strict=True))
    return fit_formula(model, np.array(problem["inputs"]).T, np.array(problem["values"]), settings, seed=seed)


def digits(value: float, certified: float) -> float:
    return -math.log10(max(abs(value - certified) / abs(certified), 1e-16))


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["name"])
def test_constants_and_their_errors_are_the_certified_ones(problem: dict[str, Any], start: int) -> None:
    fit = fitted(problem, start)
    assert fit.converged
    errors = {constant.name: constant.standard_error for constant in fit.constants}
    for name, value, error in zip(problem["constants"], problem["certified"], problem["standard_errors"], strict=True):
        assert digits(fit.values[name], value) >= 6, name
        assert digits(errors[name] or 0.0, error) >= ERROR_DIGITS.get(problem["name"], 4.0), name
    assert fit.degrees_of_freedom == len(problem["values"]) - len(problem["constants"])


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["name"])
def test_without_start_values_the_certified_minimum_is_found(problem: dict[str, Any]) -> None:
    fit = fitted(problem, None)
    least = max(problem["rss"], 1e-20)
    assert fit.rss <= least * (1 + 1e-6)
