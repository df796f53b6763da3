"""Searches end with the law, the same one however the work was split."""

from __future__ import annotations

import pytest
import sympy
import torch

from kan_core.network.tree import Branch, Leaf
from kan_core.search.discover import discover
from kan_core.search.finding import Finding, best_finding, pareto_front
from kan_core.search.rounds import rounds
from kan_core.search.tasks import GenericTask, LawTask, TreeTask, fewer_rows, run_task
from kan_core.training.data import Split, make_table, split_rows
from tests.kan_core.networks import generator, uniform

X = sympy.symbols("x0 x1")
LAWS = {
    "product": (lambda x: x[:, :1] * x[:, 1:], X[0] * X[1]),
    "sum inside a function": (lambda x: torch.sin(x[:, :1] + x[:, 1:] ** 2), sympy.sin(X[0] + X[1] ** 2)),
    "additive": (lambda x: torch.exp(x[:, :1]) + x[:, 1:] ** 3, sympy.exp(X[0]) + X[1] ** 3),
}


def table_of(law: str) -> Split:
    x = uniform(400, 2, 3)
    return split_rows(make_table(x, LAWS[law][0](x)), generator())


@pytest.mark.parametrize("law", LAWS)
def test_the_law_is_found_exactly(law: str) -> None:
    *_, last = discover(table_of(law))
    best = best_finding(last.findings, 80)
    assert best is not None
    assert best.exact
    expression, truth = best.formula.sympy()[0], LAWS[law][1]
    points = [{X[0]: 0.3, X[1]: -0.7}, {X[0]: -0.9, X[1]: 0.2}]
    symbols = {symbol.name: symbol for symbol in expression.free_symbols}
    for point in points:
        values = {symbols[s.name]: value for s, value in point.items() if s.name in symbols}
        assert float(expression.subs(values)) == pytest.approx(float(truth.subs(point)), abs=1e-9)
    assert last.front[-1].nrmse < 1e-9


def test_outcomes_decide_the_rounds_and_nothing_else() -> None:
    sent = []
    for _ in range(2):
        plan = rounds(range(2), 0)
        names = [[str(task) for task in next(plan)]]
        names += [[str(task) for task in plan.send([])] for _ in range(8)]
        plan.close()
        sent.append(names)
    assert sent[0] == sent[1]
    assert sent[0][0] == ["laws of one term", "laws of one term"]


def test_networks_find_the_law_where_terms_have_not() -> None:
    split = table_of("sum inside a function")
    plan = rounds(range(2), 0)
    tasks = next(plan)
    found: list[Finding] = []
    while not any(finding.exact for finding in found):
        outcomes = [[] if isinstance(task, LawTask) else run_task(task, split) for task in tasks]
        found += [finding for outcome in outcomes if isinstance(outcome, list) for finding in outcome]
        tasks = plan.send(outcomes) if not any(finding.exact for finding in found) else []
    assert not any(finding.is_law for finding in found)


def test_generic_networks_are_pared_down() -> None:
    split = fewer_rows(table_of("additive"))
    trained = run_task(GenericTask((2,), 0, 0), split)
    assert not isinstance(trained, list)
    assert trained.nrmse < 0.1


def test_few_rows_are_taken_evenly() -> None:
    table = make_table(uniform(1300, 2), uniform(1300, 1))
    small = fewer_rows(Split(table, table))
    assert small.train.rows == 500
    assert torch.equal(small.train.inputs[-1], table.inputs[-1])


def test_task_names_speak() -> None:
    tree = Branch("product", (Leaf(0), Leaf(1)))
    assert str(TreeTask(tree, True, 0)) == "F(x0 * x1)"
    assert str(GenericTask((2,), 1, 0)) == "[2] with 1 products"
    assert TreeTask(tree, True, 0).edges == 3


def test_the_front_keeps_what_no_simpler_formula_equals() -> None:
    *_, last = discover(table_of("additive"))
    made = last.findings[0]

    def like(complexity: int, nrmse: float) -> Finding:
        return Finding(made.source, made.formula, nrmse, nrmse, complexity, True, "made up")

    findings = [like(9, 1e-3), like(3, 1e-1), like(5, 2e-1), like(20, 1e-15), like(25, 1e-16), like(4, float("inf"))]
    assert [found.complexity for found in pareto_front(findings)] == [3, 9, 20]
    assert best_finding([], 10) is None
