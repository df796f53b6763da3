"""A law as data: JSON and back, in a network's snapshot, and what is damaged is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
import torch

from kan_core import from_bytes, from_formula, make_table, to_bytes
from kan_core.errors import FormulaError, SnapshotError
from kan_core.expression.law import Law, LawConstant, law_document, read_law
from kan_core.expression.text import parse

COLUMNS = ["x", "y"]
LAW = Law(
    (parse("2*pi*sqrt(x/g) + k*y^p + bump", COLUMNS, constants=True),),
    (
        LawConstant("g", 9.81, "fixed", unit="m/s^2"),
        LawConstant("k", 0.5, "exact", "1/2"),
        LawConstant("p", 2.5, low=1.0, high=math.inf),
        LawConstant("bump", -1e-300),
    ),
)


def test_json_and_back_is_the_same_law() -> None:
    assert read_law(json.loads(json.dumps(law_document(LAW))), 2, 1) == LAW


def test_a_network_takes_its_law_along_until_its_layers_change() -> None:
    x = torch.linspace(0.1, 2, 40, dtype=torch.float64)[:, None]
    network = from_formula(["2*pi*sqrt(L/9.81)"], make_table(x, x), ["L"], ["T"])
    again = from_bytes(to_bytes(network))
    assert again.law == network.law
    assert [(each.name, each.value) for each in again.law.constants] == [("c1", 9.81)]
    changed = again.with_layer(0, again.layers[0])
    assert changed.law is None
    assert from_bytes(to_bytes(changed)).former == network.law


DAMAGE = [
    [],
    {},
    {"expressions": 3, "constants": []},
    {"expressions": [["column", 7]], "constants": []},
    {"expressions": [["column", -1]], "constants": []},
    {"expressions": [["constant", "a"]], "constants": []},
    {"expressions": [["constant", "a"]], "constants": [{"name": "a", "value": 1.0, "state": "loose"}]},
    {"expressions": [["constant", "a"]], "constants": [{"name": "a", "value": "1", "state": "free"}]},
    {"expressions": [["constant", "a"]], "constants": [{"name": "a", "value": 1e999, "state": "free"}]},
    {"expressions": [["constant", "a"]], "constants": [{"name": "a", "value": 1.0, "state": "free", "low": 2, "high": 1}]},
    {"expressions": [["constant", "a b"]], "constants": [{"name": "a b", "value": 1.0, "state": "free"}]},
    {"expressions": [["apply", "__import__('os')", ["column", 0]]], "constants": []},
    {"expressions": [["spline", 0, 0, 0, ["column", 0]]], "constants": []},
    {"expressions": [["+", 1.0]], "constants": []},
    {"expressions": [1.0, 2.0], "constants": []},
]


@pytest.mark.parametrize("document", DAMAGE)
def test_what_is_no_law_is_refused_as_an_error_of_formulas(document: object) -> None:
    with pytest.raises(FormulaError):
        read_law(document, 2, 1)


def test_a_snapshot_with_a_damaged_law_is_damaged() -> None:
    x = torch.linspace(0.1, 2, 40, dtype=torch.float64)[:, None]
    network = from_formula(["2*x"], make_table(x, x), ["x"], ["y"])
    broken = to_bytes(replace(network, law=Law((parse("y", COLUMNS),))))
    with pytest.raises(SnapshotError, match="another table"):
        from_bytes(broken)


def test_a_name_that_is_no_constant_is_told_with_those_that_are() -> None:
    with pytest.raises(FormulaError, match="its constants are: g, k, p, bump"):
        LAW["q"]
