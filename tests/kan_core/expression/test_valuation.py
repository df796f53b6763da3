"""Values on the rows of a table: each part once, splines and hidden nodes as they are given."""

from __future__ import annotations

import numpy as np
import pytest

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Column, Constant, Exact, Hidden, Product, Spline, Sum
from kan_core.expression.valuation import Valuation
from kan_core.ids import EdgeId, NodeId

ROWS = np.linspace(0.11, 0.93, 9)[:, None]
X = Column(0)
PHI = Spline(EdgeId(0, 0, 0), X)


def test_undefined_values_are_nan_without_warnings() -> None:
    values = Valuation(np.array([[-1.0], [1.0]])).values(parse("log(x) + sqrt(x)", ["x"]))
    assert np.isnan(values[0])
    assert values[1] == 1


def test_numbers_are_broadcast_to_the_rows() -> None:
    assert Valuation(ROWS).values(parse("pi + 1", ["x"])).shape == (9,)


def test_splines_are_given_as_functions_and_computed_once() -> None:
    calls: list[int] = []

    def square(values: np.ndarray) -> np.ndarray:
        calls.append(len(values))
        return values**2

    rows = Valuation(ROWS, {PHI.edge: square})
    assert rows.values(Sum((PHI, Exact(1.0)))) == pytest.approx(ROWS[:, 0] ** 2 + 1)
    assert rows.values(Product((PHI, X))) == pytest.approx(ROWS[:, 0] ** 3)
    assert calls == [9]
    with pytest.raises(FormulaError, match="phi_0_0_0"):
        Valuation(ROWS).values(PHI)


def test_a_hidden_node_is_computed_when_it_is_needed() -> None:
    node = Hidden(NodeId(1, 0))
    rows = Valuation(ROWS)
    with pytest.raises(FormulaError, match="h_1_0"):
        rows.values(node)
    rows.define(node.node, Apply("sin", (X,)))
    assert rows.values(Product((Exact(2.0), node))) == pytest.approx(2 * np.sin(ROWS[:, 0]))


def test_missing_columns_and_constants_are_refused() -> None:
    with pytest.raises(FormulaError, match="input 3, the table has 1"):
        Valuation(ROWS).values(Column(2))
    with pytest.raises(FormulaError, match="constant k"):
        Valuation(ROWS).values(Constant("k"))
