"""Names, error measures, curves, network views, forms as text."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kan_core.evidence.measures import nrmse, rmse
from kan_core.evidence.r2 import r_squared
from kan_core.primitives.library import LIBRARY
from kan_core.training.data import spread_of
from server.contract.actions import Initialise, Prune, SetSymbolic, Train
from server.contract.base import Edge
from server.work.situation import situation_of
from server.work.views.curves_frame import DENSITY_BINS, MOST_EDGES, curves_frame
from server.work.views.form_text import form_latex, form_text
from server.work.views.names import node_names

matrices = arrays(np.float64, (7, 2), elements=st.floats(-1e3, 1e3))


def test_hidden_nodes_are_counted_through_all_levels_and_avoid_columns():
    assert node_names([2, 2, 1, 1], ["x", "h1"], ["z"]) == [["x", "h1"], ["h0", "h2"], ["h3"], ["z"]]


@given(difference=matrices, targets=matrices)
def test_error_measures_agree_with_numpy(difference, targets):
    targets[0] += 1  # no column of equal values only by chance of the search
    d, t = torch.from_numpy(difference), torch.from_numpy(targets)
    assert rmse(d, torch.ones(2)) == pytest.approx(np.sqrt(np.mean(difference**2)), rel=1e-9, abs=1e-150)
    deviation = spread_of(t)
    assert deviation.numpy() == pytest.approx(targets.std(axis=0), rel=1e-6, abs=1e-9)
    if (targets.std(axis=0) > 1e-3).all():
        assert nrmse(d, deviation) == pytest.approx(
            np.sqrt(np.mean((difference / targets.std(axis=0)) ** 2)), rel=1e-6, abs=1e-12
        )
        wanted = np.mean(1 - (difference**2).sum(0) / ((targets - targets.mean(0)) ** 2).sum(0))
        assert r_squared(d, t) == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-310, 1e-300, 1.0, 1e300, 1.7e308])
def test_error_measures_survive_any_scale(scale):
    d = torch.tensor([[scale], [-scale / 2]], dtype=torch.float64)
    t = torch.tensor([[scale], [-scale]], dtype=torch.float64)
    assert rmse(d, spread_of(t)) == pytest.approx(scale * np.sqrt(0.625), rel=1e-6)
    assert nrmse(d, spread_of(t)) == pytest.approx(np.sqrt(0.625), rel=1e-6)


def test_rows_without_value_are_left_out_and_none_gives_none():
    d = torch.tensor([[1.0], [float("nan")], [float("inf")]])
    assert rmse(d, torch.ones(1)) == 1.0
    assert rmse(d[1:], torch.ones(1)) is None


def test_a_constant_target_is_met_or_not():
    zero = torch.zeros((3, 1))
    assert (nrmse(zero, torch.zeros(1)), nrmse(zero + 1, torch.zeros(1))) == (0.0, 1.0)


def test_a_frame_holds_curves_ranges_importance_and_density(bench):
    table = bench.law(lambda x, y: x + y)
    result = bench.do(Initialise(shape=[2, 3, 1]), table)
    frame = result.curves
    edges = np.frombuffer(frame.edges, "<i4").reshape(-1, 3)
    assert edges.tolist() == [[0, s, t] for t in range(3) for s in range(2)] + [[1, s, 0] for s in range(3)]
    assert np.frombuffer(frame.x_low, "<f4")[:2] == pytest.approx([-1, -1], abs=0.05)
    density = np.frombuffer(frame.density, "<f4").reshape(-1, DENSITY_BINS)
    assert density.shape[0] == 2 + 3
    assert (density.max(axis=1) == 1).all()


def test_of_many_edges_the_most_important_are_drawn(bench):
    table = bench.table(np.random.default_rng(0).uniform(-1, 1, (200, 31)), 30)
    result = bench.do(Initialise(shape=[30, 15, 1], intervals=2), table)
    situation = situation_of(result.network, table)
    frame = curves_frame(situation)
    drawn = {tuple(edge) for edge in np.frombuffer(frame.edges, "<i4").reshape(-1, 3).tolist()}
    assert len(drawn) == MOST_EDGES
    shares = {(e.id.layer, e.id.source, e.id.target): e.importance for e in result.network_view.edges}
    left_out = [share for place, share in shares.items() if place not in drawn]
    assert max(left_out) <= min(shares[place] for place in drawn)


def test_a_gap_in_a_curve_is_a_gap(bench):
    table = bench.law(lambda x, y: x + y)
    result = bench.do(Initialise(shape=[2, 1]), table)
    action = SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="log", a=1.0, b=0.5, c=1.0, d=0.0, refit=0)
    y = np.frombuffer(bench.do(action, table, result).curves.y, "<f4").reshape(2, -1)
    assert np.isnan(y[0][:10]).all()
    assert np.isfinite(y[0][-10:]).all()


def test_a_view_shows_each_kind_of_edge(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    result = bench.do(Train(steps=10), table, bench.do(Initialise(shape=[2, 1]), table))
    result = bench.do(SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="exp"), table, result)
    view = bench.do(Prune(edges=[Edge(layer=0, source=1, target=0)]), table, result).network_view
    assert [edge.function.kind for edge in view.edges] == ["symbolic", "zero"]
    assert view.edges[0].importance == 1
    assert view.edges[1].importance == 0
    assert [node.active for node in view.nodes] == [True, False, True]


@pytest.mark.parametrize(
    ("primitive", "constants", "text"),
    [
        ("sin", (3.14159, 0.0, 0.117, -0.331), "0.117 sin(3.14 x) - 0.331"),
        ("x^2", (1.0, 0.0, 1.0, 0.0), "x^2"),
        ("x^2", (2.0, -1.0, -1.0, 0.5), "-(2 x - 1)^2 + 0.5"),
        ("1/x", (1.0, 0.25, 3.0, 0.0), "3 1/(x + 0.25)"),
        ("x", (2.0, 1.0, 3.0, 0.5), "6 x + 3.5"),
        ("constant", (1.0, 0.0, 0.0, 2.5), "2.5"),
        ("gaussian", (2.0, 0.0, 1.0, 0.0), "exp(-(2 x)^2)"),
    ],
)
def test_a_form_reads_as_one_would_write_it(primitive, constants, text):
    assert form_text(primitive, constants) == text


@pytest.mark.parametrize("name", LIBRARY)
def test_the_latex_of_a_form_is_balanced_and_holds_the_argument(name):
    latex = form_latex(name, (2.5, -0.5, 1.5, 0.25))
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert "u" not in latex.replace(r"\cdot", "").replace(r"\mu", "")
    if name not in ("constant", "x"):
        assert "2.5 x - 0.5" in latex


def test_a_negated_argument_keeps_its_brackets():
    assert form_latex("sigmoid", (2.0, 1.0, 1.0, 0.0)) == r"\frac{1}{1 + e^{- \left(2 x + 1\right)}}"
