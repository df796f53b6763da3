"""The free constants of a law are fitted and judged; redundant ones are none; networks follow."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kan_core import evaluate, fit, from_formula, make_table, set_law, split_rows, with_law, write_formula
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.text import parse
from kan_core.expression.tree import constants_of
from kan_core.expression.writing import written
from kan_core.fitting.formula import fit_formula, read_model
from kan_core.fitting.model import Setting
from kan_core.law import edits
from kan_core.law.directions import holding
from kan_core.law.lessening import fitted_to
from kan_core.law.losses import row_loss
from kan_core.law.making import merged
from kan_core.law.prices import idle_offsets
from kan_core.law.problem import LawRows, law_values
from kan_core.law.refit import judge, refit
from kan_core.law.rows import law_rows
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy, HuberLoss

COLUMNS = ["x", "y"]
RANDOM = np.random.default_rng(0)
ROWS = RANDOM.uniform(0.3, 2, (200, 2))


def law_of(text: str, **values: float) -> Law:
    trees = tuple(parse(part, COLUMNS, constants=True) for part in text.split(";"))
    names = dict.fromkeys(name for tree in trees for name in constants_of(tree))
    return Law(trees, tuple(LawConstant(name, values.get(name, 1.0)) for name in names))


def test_values_and_errors_are_those_of_a_fitted_formula() -> None:
    text = "a*exp(-b*x) + c*y"
    target = 2 * np.exp(-1.3 * ROWS[:, 0]) + 0.7 * ROWS[:, 1] + 0.01 * RANDOM.normal(size=200)
    weights = RANDOM.uniform(0.5, 2, 200)
    starts = {"a": Setting(1.0), "b": Setting(1.0), "c": Setting(1.0)}
    wanted = fit_formula(read_model(text, COLUMNS, "z"), ROWS, target, starts, weights=weights)
    rows = LawRows(ROWS, target[:, None], weights)
    found = refit(law_of(text), rows)
    assert found.converged
    judged = judge(found.law, rows)
    ratio = np.sqrt((200 - 3) / (weights.sum() - 3))
    for each in wanted.constants:
        assert found.law[each.name].value == pytest.approx(each.value, rel=1e-7)
        assert judged.error(each.name) == pytest.approx(each.standard_error * ratio, rel=1e-5)


def test_fixed_and_exact_constants_stay_and_bounds_are_kept() -> None:
    target = 2 * ROWS[:, 0] + 3 * ROWS[:, 1] + 1
    law = edits.set_bounds(edits.fix(law_of("a*x + b*y + c", a=2.5), "a"), "b", 0.0, 2.8)
    found = refit(law, LawRows(ROWS, target[:, None])).law
    assert (found["a"].value, found["b"].value) == (2.5, 2.8)


def test_a_constant_that_two_targets_share_is_fitted_to_both() -> None:
    noise = 0.1 * RANDOM.normal(size=(200, 2))
    targets = np.stack([2 * ROWS[:, 0], 2 * ROWS[:, 1]], 1) + noise
    found = refit(law_of("a*x;a*y"), LawRows(ROWS, targets)).law
    both = (ROWS * targets).sum() / (ROWS**2).sum()
    assert found["a"].value == pytest.approx(both, rel=1e-9)


@pytest.mark.parametrize("objective", [BinaryCrossEntropy(), CrossEntropy(), HuberLoss(0.5)])
def test_other_objectives_end_where_their_slope_vanishes(objective) -> None:
    table = make_table(torch.from_numpy(ROWS), torch.from_numpy(ROWS[:, :1].copy()))
    units = from_formula(["x"], table, COLUMNS, ["z"]).normalisation
    chosen = (RANDOM.random(200) < 1 / (1 + np.exp(3 - 2 * ROWS[:, 0] - ROWS[:, 1]))).astype(float)
    text, targets = "a*x + b*y + c", chosen[:, None]
    if isinstance(objective, CrossEntropy):
        text, targets = "a*x + b*y + c;0*x", np.stack([chosen, 1 - chosen], 1)
    loss = row_loss(objective, units)
    rows = LawRows(ROWS, targets, loss=loss)
    found = refit(law_of(text), rows).law

    def total(law: Law) -> float:
        return float(loss(law_values(law, ROWS), targets)[0].sum())

    for name in found.names:
        moved = [total(found.with_values({name: found[name].value + step})) for step in (-1e-4, 1e-4)]
        assert min(moved) >= total(found) - 1e-9
        assert abs(moved[1] - moved[0]) / 2e-4 < 1e-2
    assert np.isfinite(judge(found, rows).errors).all()


@pytest.mark.parametrize(
    ("text", "free"),
    [("a*exp(b*x + c)", 2), ("a*(b*x)^2 + c", 2), ("a + b + c*x", 2), ("a*b*x", 1), ("a*log(b*x) + c", 2), ("a*x + b*y", 2)],
)
def test_no_constant_is_free_twice_and_the_law_says_the_same(text: str, free: int) -> None:
    law = law_of(text, a=1.7, b=0.6, c=0.4)
    made = merged(law, ROWS)
    assert len(made.free) == free
    np.testing.assert_allclose(law_values(made, ROWS), law_values(law, ROWS), rtol=1e-9)
    assert not [each for each in made.constants if each.state == "fixed"]


def test_a_pruned_term_is_found_and_nothing_else_changes() -> None:
    law = edits.set_exact(law_of("a*sin(b*x) + c*y^2 + d", a=2.0, c=0.5, d=0.3), "b", "pi")
    values = 2 * np.sin(np.pi * ROWS[:, :1]) + 1.1
    left = fitted_to(law, ROWS, values)
    assert left is not None
    assert written(left.expressions[0], COLUMNS) == "a*sin(b*x) + d"
    assert left["b"].state == "exact"
    assert fitted_to(law, ROWS, np.log(ROWS[:, :1])) is None


def test_offsets_that_are_noise_are_found_together() -> None:
    target = 2 * np.sin(3 * ROWS[:, 0]) + 0.05 * RANDOM.normal(size=200)
    rows = LawRows(ROWS, target[:, None])
    law = refit(law_of("a*sin(b*x + c) + d", a=2.0, b=3.0, c=0.0, d=0.0), rows).law
    assert set(idle_offsets(law, judge(law, rows))) == {"c", "d"}
    law = refit(law_of("a*sin(b*x + c) + d", a=2.0, b=3.0), LawRows(ROWS, target[:, None] + 1)).law
    assert set(idle_offsets(law, judge(law, LawRows(ROWS, target[:, None] + 1)))) == {"c"}


def test_a_network_follows_and_its_spline_less_constants_are_held_where_the_law_holds_them() -> None:
    table = make_table(torch.from_numpy(ROWS), torch.from_numpy(2 * np.pi * np.sqrt(ROWS[:, :1] / 9.7)))
    split = split_rows(table, torch.Generator().manual_seed(0))
    network = from_formula(["2*pi*sqrt(x/9.81)"], split.train, COLUMNS, ["T"])
    fitted = fit(network, split)
    assert fitted.law is not None
    assert fitted.law["c1"].value == pytest.approx(9.7, rel=1e-9)
    assert torch.allclose(evaluate(fitted, table.inputs), table.targets, rtol=1e-9)
    assert write_formula(fitted, COLUMNS, ["T"], table.inputs).sympy_text[0].startswith("2*pi*sqrt(x/9.")
    held = holding(fitted, fitted.law, law_rows(split.train).inputs)
    assert {place for layer in held.layers for *_, place in layer.structure.held} == {1, 3}
    fixed = set_law(fitted, edits.fix(fitted.law, "c1"), split)
    assert fit(fixed, split).law == fixed.law
    again = with_law(held.with_layer(0, held.layers[0]), split.train, COLUMNS, ["T"]).law
    assert again == fitted.law


@pytest.mark.parametrize(
    ("text", "left"),
    [("0*x + y", "y"), ("1*x*1", "x"), ("x^1 + 0", "x"), ("2 + x + 3", "5 + x"), ("(x*0)^2 + y", "y"), ("x^0*y", "y")],
)
def test_what_zero_and_one_do_to_a_formula(text: str, left: str) -> None:
    assert written(folded(parse(text, COLUMNS)), COLUMNS) == left
