"""Columns far from zero beside their width: formulas, error bars and proposals stay finite and true."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from kan_core.expression.tree import MINUS_ONE, Exact, Sum
from kan_core.expression.valuation import Valuation
from kan_core.ids import EdgeId
from kan_core.law.constants import formula_constants
from kan_core.law.edits import fix, set_value
from kan_core.law.network_law import with_law
from kan_core.law.problem import LawRows, law_values
from kan_core.law.refit import refit
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import write_formula
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Split, make_table
from tests.kan_core.networks import generator


@pytest.mark.parametrize("mean", [1e4, -1e4, 300.0, 40.0])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "erf", "exp", "softplus", "gaussian", "arctan", "sech", "sinh", "cosh"])
def test_a_curve_over_a_narrow_column_far_away_has_a_true_formula_with_error_bars(name: str, mean: float) -> None:
    x = torch.linspace(mean - 0.5, mean + 0.5, 101, dtype=torch.float64)[:, None]
    network = create_network([1, 1], make_table(x, torch.sin(x)), generator=generator(0))
    network = set_symbolic(network, EdgeId(0, 0, 0), name, [2.3, 0.4, 1.7, -0.2])
    exact = evaluate(network, x)
    formula = write_formula(network, ["x"], ["y"], x)
    written = Valuation(x.numpy()).values(formula.expressions[0])
    np.testing.assert_allclose(written, exact[:, 0].numpy(), rtol=0, atol=1e-9 * float(exact.std()))
    again = from_formula(formula.sympy_text, make_table(x, exact), ["x"], ["y"])
    torch.testing.assert_close(evaluate(again, x), exact, rtol=0, atol=1e-9 * float(exact.std()))
    noise = 1e-3 * torch.randn(exact.shape, generator=generator(1), dtype=torch.float64)
    rows = make_table(x, exact + noise)
    constants = formula_constants(formula, Split(rows, rows))
    assert 3 <= len(constants) <= 4
    assert all(math.isfinite(constant.stderr) and constant.stderr > 0 for constant in constants)
    assert all(constant.stderr < 0.3 * abs(constant.value) for constant in constants if name not in {"sinh", "cosh"})
    law = with_law(network, rows, ["x"], ["y"]).law
    fixed = fix(set_value(law, law.names[0], float(f"{law.constants[0].value:.6g}")), law.names[0])
    moved = refit(fixed, LawRows(x.numpy(), rows.targets.numpy())).law
    assert np.isfinite(law_values(moved, x.numpy())).all()


def test_a_large_constant_of_an_exponent_stays_and_takes_the_factor_along() -> None:
    x = torch.linspace(9999.5, 10000.5, 50, dtype=torch.float64)[:, None]
    network = create_network([1, 1], make_table(x, torch.sin(x)), generator=generator(0))
    formula = write_formula(set_symbolic(network, EdgeId(0, 0, 0), "exp", [2.0, 0.0, -3.0, 0.0]), ["x"], ["y"], x)
    term, _ = formula.expressions[0].parts
    sign, exponential = term.parts
    assert sign == MINUS_ONE
    share, inside = exponential.arguments[0].parts
    assert isinstance(share, Exact)
    assert isinstance(inside, Sum)
    assert abs(-inside.parts[1].value - 10000) < 1
