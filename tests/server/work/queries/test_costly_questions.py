"""Questions whose texts and numbers ask for more than they look are answered with what they cost at most in mind."""

import numpy as np
import pytest

from kan_core.errors import FormulaError, PrimitiveError
from server.contract.actions import DefinePrimitive, FromFormula, Initialise, SetSymbolic
from server.contract.base import Edge
from server.work.query import CandidateQuery, ReadFormulaQuery, ValidityQuery

FIRST = Edge(layer=0, source=0, target=0)


@pytest.fixture
def law(bench):
    return bench.law(lambda x, y: np.exp(x) + y**2)


def test_a_power_of_a_power_of_a_power_is_read(bench, law):
    text = "(" * 9 + "x0" + ")^100" * 9
    reading = bench.ask(ReadFormulaQuery(target=0, text=text), None, law)
    assert reading.problem is None
    assert reading.rows == 300


def test_laws_that_would_need_a_network_beyond_bounds_are_refused_with_what_to_change(bench):
    values = np.random.default_rng(0).uniform(-1, 1, (100, 11))
    laws = ["+".join(f"(x0+{number}.{target}*x1)^100" for number in range(50)) for target in range(9)]
    with pytest.raises(FormulaError, match="too many nodes side by side; write it shorter, or take smaller whole exponents"):
        bench.do(FromFormula(formulas=laws), bench.table(values, 2))


def test_a_long_formula_is_held_against_some_rows_of_a_large_table(bench):
    x = np.random.default_rng(0).uniform(-1, 1, (20_000, 2))
    table = bench.table(np.column_stack([x, x.sum(1)]), 2)
    short = bench.ask(ReadFormulaQuery(target=0, text="x0 + x1"), None, table)
    assert (short.rows, short.rows_without_value) == (20_000, 0)
    long = bench.ask(ReadFormulaQuery(target=0, text=f"x0 + x1{' ' * 1_900}"), None, table)
    assert 1_000 < long.rows < 20_000
    assert long.test_rmse == pytest.approx(0, abs=1e-12)


def test_a_constant_beyond_all_doubles_is_written_as_the_double_it_is(bench, law):
    made = bench.do(DefinePrimitive(text="x+(1/2)^(9^9^9)"), law, bench.do(Initialise(shape=[2, 1]), law))
    assert [own.latex for own in made.network_view.functions] == ["x"]


def test_poles_that_nobody_could_keep_away_from_are_refused(bench, law):
    with pytest.raises(PrimitiveError, match="more than 16 poles"):
        bench.do(DefinePrimitive(text="1/sin(1e5*x)"), law, bench.do(Initialise(shape=[2, 1]), law))


@pytest.mark.parametrize("ends", [(-1e308, 1e308), (1e-308, 2e-308), (1.0, 1.0000000000000002)])
def test_a_box_of_any_doubles_has_an_answer(bench, law, ends):
    made = bench.do(FromFormula(formulas=["log(x0+2)+1/sin(x1+3)"]), law)
    answer = bench.ask(ValidityQuery(low=[ends[0]] * 2, high=[ends[1]] * 2), made, law)
    assert len(answer.checks) >= 2


def test_constants_as_large_as_doubles_leave_a_candidate_without_values(bench, law):
    made = bench.do(Initialise(shape=[2, 1]), law)
    query = CandidateQuery(edge=FIRST, primitive="1/(x^2+1e-12)", a=1e308, b=-1e308, c=1e308, d=1e308)
    assert set(bench.ask(query, made, law).y) <= {None, 1e308}
    assert bench.do(SetSymbolic(edge=FIRST, primitive="tanh", a=1e308, b=0, c=1e3, d=0, refit=0), law, made).formula
