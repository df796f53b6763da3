"""From a table to its formula by actions alone, as a person does it by clicking."""

import numpy as np
import pytest
import sympy

from server.contract.actions import Initialise, Prune, Refit, SetSymbolic, Train
from server.work.query import SuggestionsQuery


def solve(bench, table, seed: int = 0):
    result = bench.do(Train(), table, bench.do(Initialise(seed=seed), table))
    if any(edge.importance < 0.03 for edge in result.network_view.edges):
        result = bench.do(Prune(threshold=0.03), table, result)
    while splines := [edge.id for edge in result.network_view.edges if edge.function.kind == "spline"]:
        answers = [bench.ask(SuggestionsQuery(edge=edge), result, table) for edge in splines]
        best = min(answers, key=lambda answer: answer.suggestions[0].whole_model.test_rmse_after)
        result = bench.do(SetSymbolic(edge=best.edge, primitive=best.suggestions[0].primitive), table, result)
    return bench.do(Refit(), table, result)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_toy_comes_out_exactly(bench, seed):
    result = solve(bench, bench.sample("toy"), seed)
    x, y = sympy.symbols("x y")
    found = sympy.lambdify([x, y], sympy.sympify(result.formula.sympy), "numpy")
    points = np.random.default_rng(0).uniform(-1, 1, (2, 50))
    assert np.allclose(found(*points), np.exp(np.sin(np.pi * points[0]) + points[1] ** 2), rtol=1e-9)
    assert result.formula.symbolic
    assert result.formula.complexity == 9
    assert result.metrics.test_rmse < 1e-12
    assert result.metrics.data_formula < 1e-12
    assert result.metrics.network_formula < 1e-12


def test_real_orbits_follow_the_third_law(bench):
    result = solve(bench, bench.sample("kepler"))
    assert result.formula.symbolic
    assert result.metrics.test_nrmse < 0.02


def test_the_period_of_a_pendulum_is_found_in_its_own_units(bench):
    result = solve(bench, bench.sample("pendulum"))
    assert result.metrics.test_rmse < 1e-10
    length, gravity = sympy.symbols("L g")
    value = sympy.sympify(result.formula.sympy).subs({length: 1.0, gravity: 9.81})
    assert float(value) == pytest.approx(2 * np.pi / np.sqrt(9.81), rel=1e-9)
