"""Trees survive as plain data, and other data are refused."""

from __future__ import annotations

import json

import pytest

from kan_core.errors import FormulaError
from kan_core.expression.coding import from_data, to_data
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Column, Exact, Hidden, Power, Product, Spline, Sum
from kan_core.ids import EdgeId, NodeId


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_trees_survive_json(name: str) -> None:
    arguments = tuple(Sum((Column(place), Exact(1 / 3, "1/3"))) for place in range(FUNCTIONS[name].arguments))
    tree = Product((Exact(0.1), Power(Apply(name, arguments), Exact(-2.0)), Spline(EdgeId(0, 1, 2), Hidden(NodeId(1, 3)))))
    assert from_data(json.loads(json.dumps(to_data(tree)))) == tree


def test_constants_survive() -> None:
    law = parse("A*exp(-k*x) + pi", ["x"], constants=True)
    assert from_data(json.loads(json.dumps(to_data(law)))) == law


@pytest.mark.parametrize(
    "data",
    [
        [], None, True, "x", ["column", "3"], ["column", -1], ["column", True], ["eval", ["column", 0]], ["apply", "sin", "x"],
        ["apply", "system", 1.0], ["apply", "sin", 1.0, 2.0], ["apply"], ["+", 1.0], ["^", 1.0], ["=", "1", ""], ["spline", 0, 1],
        ["constant", 3], [["+"], 1.0], ["hidden", 1],
    ],
)  # fmt: skip
def test_other_data_are_refused(data: object) -> None:
    with pytest.raises(FormulaError):
        from_data(data)


def test_what_is_nested_too_deeply_is_refused() -> None:
    data: object = 1.0
    for _ in range(10_000):
        data = ["apply", "sin", data]
    with pytest.raises(FormulaError):
        from_data(data)
