"""The JSON document holds enough to compute the network without this program."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import torch
from scipy.interpolate import BSpline

from kan_core.export.json_document import json_document
from kan_core.network.trace import evaluate
from kan_core.primitives.library import get_primitive


def spline(grid: dict, source: int, coefficients: list[float], x: np.ndarray) -> np.ndarray:
    low, high, count, degree = grid["low"][source], grid["high"][source], grid["intervals"], grid["degree"]
    step = (high - low) / count
    knots = low + step * np.arange(-degree, count + degree + 1)
    if grid["breaks"] is not None:
        knots[degree : degree + count + 1] = grid["breaks"][source]
    curve = BSpline(knots, coefficients, degree)
    inside = np.clip(x, low, high)
    return curve(inside) + curve.derivative()(inside) * (x - inside)


def test_the_document_reproduces_the_network(case) -> None:
    document = json.loads(json_document(case.network, case.formula, case.input_names, case.target_names))
    unit = {name: np.array(value) for name, value in document["normalisation"].items()}
    h = (case.inputs.numpy() - unit["input_shift"]) / unit["input_scale"]
    for layer in document["layers"]:
        f = np.zeros((len(h), sum(node["arity"] for node in layer["nodes"])))
        for edge in layer["edges"]:
            x = h[:, edge["source"]]
            if edge["kind"] == "spline":
                grid = [layer["grid"], *layer["finer"]][edge["grid"]]
                f[:, edge["target"]] += spline(grid, edge["source"], edge["coefficients"], x)
                base = {None: np.zeros_like, "identity": np.copy, "silu": lambda x: x / (1 + np.exp(-x))}[layer["base"]]
                f[:, edge["target"]] += edge.get("weight", 0.0) * base(x)
            else:
                u = torch.from_numpy(edge["a"] * x + edge["b"])
                f[:, edge["target"]] += edge["c"] * get_primitive(edge["primitive"]).evaluate(u).numpy() + edge["d"]
        columns, first = [], 0
        for node in layer["nodes"]:
            columns.append(f[:, first : first + node["arity"]].prod(axis=1))
            first += node["arity"]
        h = np.stack(columns, axis=1)
    values = h * unit["target_scale"] + unit["target_shift"]
    wanted = evaluate(case.network, case.inputs).numpy()
    assert np.abs(values - wanted).max() < 1e-12 * max(1.0, np.abs(wanted).max())


def test_numbers_that_json_lacks_are_null(case) -> None:
    formula = replace(case.formula, maximum_difference=math.inf)
    document = json.loads(json_document(case.network, formula, case.input_names, case.target_names))
    assert document["formula"]["maximum_difference"] is None
    assert [column["name"] for column in document["columns"]] == [*case.input_names, *case.target_names]
