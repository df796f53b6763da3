"""Tables nobody should have but somebody has: every action gives a revision without NaN, or a sentence."""

import numpy as np
import pytest

from kan_core.errors import KanError
from server.contract.actions import ExtendGrid, Initialise, Lock, Prune, Refit, SetSpline, SetSymbolic, Train
from server.work.query import CandidateQuery, EdgeDetailQuery, PruneProposalQuery, SuggestionsQuery
from server.work.result import WorkError

X = np.random.default_rng(0).uniform(-1, 1, (40, 2))
WIDE = np.random.default_rng(1).uniform(-1, 1, (120, 31))
TABLES = {
    "one row": (np.array([[1.0, 2.0, 3.0]]), 2),
    "two rows": (np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 5.0]]), 2),
    "three rows": (np.array([[1.0, 3.0], [2.0, 5.0], [3.0, 4.0]]), 1),
    "a constant input": (np.column_stack([X[:, 0], np.full(40, 7.0), X[:, 0] ** 2]), 2),
    "a constant target": (np.column_stack([X, np.full(40, 0.1)]), 2),
    "constants only": (np.full((20, 3), 3.0), 2),
    "zeros": (np.zeros((20, 3)), 2),
    "duplicated rows": (np.repeat([[1.0, 2.0, 3.0], [2.0, 1.0, 4.0]], 20, axis=0), 2),
    "huge numbers": (np.column_stack([X * 1e300, X[:, 0] * 1e300]), 2),
    "the largest numbers": (np.column_stack([X * 1.7e308, X[:, 0] * 1.7e308]), 2),
    "tiny numbers": (np.column_stack([X * 1e-300, X[:, 0] * 1e-300]), 2),
    "subnormal numbers": (np.column_stack([X * 1e-310, X[:, 0] * 1e-310]), 2),
    "huge beside tiny": (np.column_stack([X[:, 0] * 1e300, X[:, 1] * 1e-300, X[:, 0]]), 2),
    "a large offset": (np.column_stack([1e9 + X[:, 0], X[:, 1], X[:, 0] + 1e12]), 2),
    "an outlier": (np.vstack([np.column_stack([X, X[:, 0]]), [[1e12, 0, 1e-5]]]), 2),
    "one input": (np.column_stack([X[:, 0], np.exp(X[:, 0])]), 1),
    "thirty inputs": (WIDE, 30),
    "three targets": (np.column_stack([X, X[:, 0] ** 2, 1e6 * X[:, 1], 0 * X[:, 0]]), 2),
}
EXPECTED = (WorkError, KanError)


def attempt(make):
    """A result, or None for a refusal with a sentence; anything else fails the test."""
    try:
        return make()
    except EXPECTED:
        return None


@pytest.mark.parametrize("name", TABLES)
def test_every_action_and_query_copes(bench, name):
    values, inputs = TABLES[name]
    table = bench.table(values, inputs)
    result = bench.do(Initialise(), table)
    for action in (Train(steps=8), Train(steps=3, sparsity=0), ExtendGrid(intervals=8, steps=3), Prune(threshold=0.01, refit=3)):
        result = attempt(lambda action=action, parent=result: bench.do(action, table, parent)) or result
    for edge in [edge.id for edge in result.network_view.edges if edge.function.kind == "spline"][:2]:
        attempt(lambda edge=edge, parent=result: bench.ask(SuggestionsQuery(edge=edge, top=3), parent, table))
        for primitive in ("log", "sin"):
            attempt(lambda e=edge, p=primitive, r=result: bench.ask(CandidateQuery(edge=e, primitive=p), r, table))
        bench.ask(EdgeDetailQuery(edge=edge), result, table)
        result = attempt(lambda e=edge, r=result: bench.do(SetSymbolic(edge=e, primitive="1/x", refit=3), table, r)) or result
        attempt(lambda e=edge, r=result: bench.do(SetSpline(edge=e), table, r))
        bench.do(Lock(edges=[edge]), table, result)
    attempt(lambda: bench.ask(PruneProposalQuery(threshold=0.5), result, table))
    attempt(lambda: bench.do(Refit(steps=3), table, result))
    attempt(lambda: bench.do(Refit(steps=3, splines=False), table, result))
    attempt(lambda: bench.do(Prune(inputs=list(range(inputs)), refit=0), table, result))


@pytest.mark.parametrize("names", [["a b", "λ", "é{}"], ["lambda", "exp", "phi_0_0_0"], ["x\\", "<b>", "h_1_0"], ["1", "2", "3"]])
def test_any_column_name_can_be_written_out(bench, names):
    table = bench.table(np.column_stack([X, X[:, 0] * X[:, 1]]), 2, names)
    result = bench.do(Train(steps=5), table, bench.do(Initialise(), table))
    assert result.formula.latex
    assert result.metrics.network_formula is not None
