import numpy as np
import pytest

from kan_core.errors import ShapeError
from server.contract.actions import Initialise
from server.work.handlers.initialise import default_shape
from server.work.result import WorkError
from server.work.situation import rows_of


@pytest.mark.parametrize(
    ("inputs", "targets", "rows", "shape"),
    [
        (1, 1, 500, [1, 1]),
        (1, 3, 500, [1, 3]),
        (2, 1, 1000, [2, 5, 1]),
        (2, 1, 100, [2, 1, 1]),
        (2, 1, 2, [2, 1, 1]),
        (4, 2, 2000, [4, 5, 2]),
        (30, 1, 3000, [30, 4, 1]),
        (99, 1, 900, [99, 1, 1]),
    ],
)
def test_the_default_shape_suits_inputs_and_rows(bench, inputs, targets, rows, shape):
    values = np.random.default_rng(0).uniform(-1, 1, (rows, inputs + targets))
    assert default_shape(rows_of(bench.table(values, inputs)), basis=8) == shape


def test_a_new_network_is_untrained_and_complete(bench):
    result = bench.do(Initialise(seed=3), bench.law(np.hypot))
    view = result.network_view
    assert view.shape == [2, 5, 1]
    assert len(view.edges) == 15
    assert view.parameters == 15 * 8
    assert {node.kind for node in view.nodes} == {"input", "sum"}
    assert [node.name for node in view.nodes] == ["x0", "x1", "h0", "h1", "h2", "h3", "h4", "y0"]
    assert all(edge.function.kind == "spline" for edge in view.edges)
    assert max(edge.importance for edge in view.edges) == 1
    assert result.losses == ()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(bench):
    table = bench.law(np.hypot)
    first, again, other = (bench.do(Initialise(seed=seed), table).network for seed in (1, 1, 2))
    assert first == again != other


def test_few_rows_are_said(bench):
    table = bench.sample("hubble")
    assert "24 rows: 5 held out; with so few rows prefer a small network." in bench.do(Initialise(), table).message
    assert "more parameters than training rows" in bench.do(Initialise(shape=[1, 5, 1]), table).message


@pytest.mark.parametrize("shape", [[3, 1], [2, 2], [2, 0, 1]])
def test_a_shape_that_does_not_fit_is_refused(bench, shape):
    with pytest.raises(ShapeError):
        bench.do(Initialise(shape=shape), bench.law(np.hypot))


def test_a_network_too_large_to_train_is_refused_before_its_memory_is_asked_for(bench):
    with pytest.raises(WorkError, match="training handles 100,000"):
        bench.do(Initialise(shape=[2, 100_000, 100_000, 1]), bench.law(np.hypot))
