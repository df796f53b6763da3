"""What a session says of its rows is what a person's own formula is fitted by, in a draft, as a law, and in its constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kan_core.fitting.formula import FormulaFit, fit_formula, read_model
from kan_core.network.snapshot import from_bytes
from server.contract.actions import FromFormula, Refit
from server.contract.model_draft import DraftAnswer, ModelDraft
from server.contract.rows import Judging, RowRoles
from server.work.query import ConstantsQuery, ModelDraftQuery
from server.work.result import TableData

LINE = "a + b*x"


def measured(rows: int = 120) -> np.ndarray:
    """(rows, 5) x, σ, weight, part and y, whose scatter is σ."""
    random = np.random.default_rng(3)
    x = np.linspace(0.1, 4, rows)
    sigma = np.where(random.uniform(size=rows) < 0.5, 0.1, 0.4)
    part = (np.arange(rows) % 4 == 0).astype(float)
    return np.column_stack([x, sigma, 1 / sigma**2, part, 1 + 2 * x + sigma * random.standard_normal(rows)])


def session(bench, values: np.ndarray, roles: RowRoles | None) -> TableData:
    table = bench.table(values, 4, ["x", "s", "w", "part", "y"])
    return replace(table, inputs=("x",), rows="" if roles is None else roles.model_dump_json())


def ask(bench, table: TableData, **more: object) -> DraftAnswer:
    return bench.ask(ModelDraftQuery(draft=ModelDraft(formula=LINE, fit=True, **more)), table=table)


def fitted(values: np.ndarray, **more) -> FormulaFit:
    return fit_formula(read_model(LINE, ["x"], "y"), values[:, :1], values[:, -1], **more)


def errors_in(listed) -> list[float | None]:
    return [each.standard_error for each in listed.constants]


def test_a_column_of_sigma_gives_chi_square_and_absolute_errors_in_draft_law_and_constants(bench):
    values = measured()
    table = session(bench, values, RowRoles(sigma="s"))
    wanted = fitted(values, sigma=values[:, 1])
    draft = ask(bench, table)
    assert (draft.sigma, draft.weights) == ("s", None)
    assert draft.result.chi2 == pytest.approx(wanted.chi2)
    assert draft.rows.error == pytest.approx(values[:, 1])
    right = [each.standard_error for each in wanted.constants]
    assert errors_in(draft) == pytest.approx(right)
    made = bench.do(FromFormula(formulas=[LINE]), table)
    refitted = bench.do(Refit(), table, made)
    for result in (made, refitted):
        assert [each.value for each in from_bytes(result.network).law.constants] == pytest.approx(
            list(wanted.values.values()), rel=1e-6
        )
        assert errors_in(bench.ask(ConstantsQuery(), result, table)) == pytest.approx(right, rel=1e-6)


def test_a_column_of_weights_gives_the_same_values_with_errors_from_what_is_left_over(bench):
    values = measured()
    table = session(bench, values, RowRoles(weight="w"))
    wanted = fitted(values, weights=values[:, 2])
    draft = ask(bench, table)
    assert (draft.sigma, draft.weights, draft.result.chi2) == (None, "w", None)
    made = bench.do(FromFormula(formulas=[LINE]), table)
    for listed in (draft, bench.ask(ConstantsQuery(), made, table)):
        assert [each.value for each in listed.constants] == pytest.approx(list(wanted.values.values()), rel=1e-6)
        assert errors_in(listed) == pytest.approx([each.standard_error for each in wanted.constants], rel=1e-6)


def test_what_a_draft_says_of_the_rows_stands_before_what_the_session_says(bench):
    values = measured()
    table = session(bench, values, RowRoles(weight="w"))
    assert ask(bench, table, sigma="s").result.chi2 == pytest.approx(fitted(values, sigma=values[:, 1]).chi2)
    equal = ask(bench, table, equal_rows=True)
    assert (equal.sigma, equal.weights) == (None, None)
    assert equal.result.rss == pytest.approx(fitted(values).rss)
    ratios = ask(bench, session(bench, values, RowRoles(sigma="s")), sigma_is="relative")
    assert (ratios.sigma, ratios.result.chi2) == ("s", None)


@pytest.mark.parametrize(
    "judging", [Judging(kind="column", column="part", value=1), Judging(kind="last", share=0.25)], ids=lambda each: each.kind
)
@pytest.mark.parametrize("roles", [RowRoles(), RowRoles(sigma="s"), RowRoles(weight="w")], ids=["equal", "sigma", "weight"])
def test_rows_that_a_person_keeps_out_of_every_fit_are_not_fitted_to(bench, judging, roles):
    values = measured()
    judges = values[:, 3] == 1 if judging.kind == "column" else np.arange(120) >= 90
    own = values[~judges]
    values[judges, -1] += 100
    table = session(bench, values, roles.model_copy(update={"judging": judging}))
    wanted = fitted(own, sigma=own[:, 1] if roles.sigma else None, weights=own[:, 2] if roles.weight else None)
    draft = ask(bench, table)
    assert [each.value for each in draft.constants] == pytest.approx(list(wanted.values.values()))
    assert draft.rows.row == (np.flatnonzero(~judges) + 1).tolist()
    assert "30 rows of 120 took no part: they judge, or weigh nothing." in draft.notes
    made = bench.do(FromFormula(formulas=[LINE]), table)
    assert [each.value for each in from_bytes(made.network).law.constants] == pytest.approx(list(wanted.values.values()))
    assert made.message.startswith("Fitted to 90 of 120 rows: ")
    assert made.metrics.test_rmse == pytest.approx(100, rel=0.1)
