"""The exported function, run in a process of its own, equals the network."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import torch

from kan_core.export.python_code import python_code
from kan_core.network.trace import evaluate


def call(case, rows: list[list[float]]) -> str:
    return f"""
import json
columns = {rows!r}
result = predict(*columns)
result = result if isinstance(result, tuple) else (result,)
print(json.dumps([[float(value) for value in column] for column in result]))
"""


def test_exported_code_equals_the_network_to_rounding(case, run: Callable[[str], str]) -> None:
    text = python_code(case.network, case.formula, case.input_names, case.target_names)
    values = torch.tensor(json.loads(run(text + call(case, case.inputs.T.tolist()))), dtype=torch.float64).T
    wanted = evaluate(case.network, case.inputs)
    assert float(((values - wanted).abs() / wanted.abs().clamp(min=1)).max()) < 1e-12


def test_splines_continue_linearly_outside_like_the_network(case, run: Callable[[str], str]) -> None:
    far = 4 + 3 * (case.inputs - 4)
    text = python_code(case.network, replace(case.formula, symbolic=False), case.input_names, case.target_names)
    values = torch.tensor(json.loads(run(text + call(case, far.T.tolist()))), dtype=torch.float64).T
    wanted = evaluate(case.network, far)
    same = torch.isfinite(wanted)
    assert torch.equal(same, torch.isfinite(values))
    assert float(((values - wanted).abs() / wanted.abs().clamp(min=1))[same].max()) < 1e-12


def test_units_and_names_are_documented(case, run: Callable[[str], str]) -> None:
    units = [*(["m/s"] * len(case.input_names)), *([None] * len(case.target_names))]
    text = python_code(case.network, case.formula, case.input_names, case.target_names, units)
    shown = run(text + "\nprint(predict.__doc__)\nprint(INPUTS == " + repr(case.input_names) + ")")
    assert "[m/s]" in shown
    assert shown.strip().endswith("True")


def test_single_numbers_are_accepted(case, run: Callable[[str], str]) -> None:
    arguments = ", ".join("3.5" for _ in case.input_names)
    text = python_code(case.network, case.formula, case.input_names, case.target_names)
    assert run(text + f"\nprint(predict({arguments}))").strip()
