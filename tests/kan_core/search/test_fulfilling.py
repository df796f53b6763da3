"""Among formulas for a solution the one that fulfils the equations is the law, not the one that is nearest to its values."""

from __future__ import annotations

import torch

from kan_core.search.finding import Finding, judge_finding
from kan_core.search.fulfilling import Fulfilling, FulfillingOptions
from kan_core.symbolic.asking import Asking
from kan_core.symbolic.equations import Box
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Split, make_table

EQUATIONS = ["u_xx + 4*u = 0", "u = 0 at x = 0", "u_x = 2 at x = 0"]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def asking() -> Asking:
    low, high = (torch.tensor([end], dtype=torch.float64) for end in (0.0, 2.0))
    return Asking(EQUATIONS, ("x",), ("u",), Box(low, high))


def solution() -> Split:
    """sin(2x), with the small wave that splines leave."""
    x = torch.linspace(0, 2, 120, dtype=torch.float64).unsqueeze(1)
    table = make_table(x, torch.sin(2 * x) + 1e-4 * torch.sin(30 * x))
    return Split(table.take(torch.arange(0, 120, 2)), table.take(torch.arange(1, 120, 2)))


def finding(formula: str, split: Split) -> Finding:
    return judge_finding(from_formula([formula], split.train, ["x"], ["u"]), split, "written")


def test_the_constants_of_a_formula_are_fitted_to_the_equations_and_it_is_the_law() -> None:
    split = solution()
    fulfilling = Fulfilling(asking(), split, Clock())
    fulfilling.look([finding("1.0002*sin(2.0001*x)", split)])
    assert fulfilling.law is not None
    left = fulfilling.judge(fulfilling.law)
    assert left is not None
    assert left.worst < 1e-12


def test_a_formula_that_is_near_in_values_but_solves_nothing_is_no_law() -> None:
    split = solution()
    fulfilling = Fulfilling(asking(), split, Clock(), FulfillingOptions(close=10.0))
    fulfilling.look([finding("x - 0.6*x^2", split)])
    assert fulfilling.law is None
    assert not fulfilling.over


def test_a_formula_far_from_the_solution_or_too_long_is_not_looked_at() -> None:
    split = solution()
    law = finding("1.0002*sin(2.0001*x)", split)
    short = Fulfilling(asking(), split, Clock(), FulfillingOptions(longest=1))
    short.look([law])
    far = Fulfilling(asking(), split, Clock(), FulfillingOptions(close=0.0))
    far.look([law])
    assert short.law is None
    assert far.law is None


def test_a_longer_formula_never_takes_the_place_of_a_law() -> None:
    split, clock = solution(), Clock()
    fulfilling = Fulfilling(asking(), split, clock)
    fulfilling.look([finding("1.0002*sin(2.0001*x)", split)])
    law = fulfilling.law
    fulfilling.look([finding("sin(2*x) + 0.0001*sin(30*x)", split)])
    assert law is not None
    assert fulfilling.law is law


def test_after_a_law_the_search_goes_on_as_long_as_it_took_within_limits() -> None:
    split, clock = solution(), Clock()
    fulfilling = Fulfilling(asking(), split, clock, FulfillingOptions(least_seconds=1.0, most_seconds=6.0))
    clock.now = 4.0
    fulfilling.look([finding("1.0002*sin(2.0001*x)", split)])
    clock.now = 7.9
    assert not fulfilling.over
    clock.now = 8.1
    assert fulfilling.over
