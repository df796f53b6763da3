"""The whole model's error decides between candidates, and asking changes nothing."""

from __future__ import annotations

import pytest

from kan_core.errors import EdgeError
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges, edge_values
from kan_core.network.edits import extend_grid, lock
from kan_core.network.network import Network
from kan_core.network.snapshot import to_bytes
from kan_core.network.trace import forward
from kan_core.search.assign import AssignOptions, assign
from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.decide import is_decided, order_by_whole_model
from kan_core.symbolic.eliminate import eliminate
from kan_core.symbolic.what_if import what_if
from kan_core.training.data import Split, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.progress import rmse
from tests.kan_core.networks import generator, toy_split, uniform


def trained(network: Network, split: Split, steps: int = 30) -> Network:
    for progress in train(network, split, LevenbergMarquardtOptions(steps=steps)):
        network = progress.network
    return network


@pytest.fixture(scope="module")
def toy() -> tuple[Network, Split]:
    split = toy_split(1000)
    coarse = trained(create_network([2, 1, 1], split.train, generator=generator(1)), split)
    return trained(extend_grid(coarse, 10), split), split


def test_sine_wins_on_the_whole_model_and_the_network_stays(toy: tuple[Network, Split]) -> None:
    network, split = toy
    before = to_bytes(network)
    edge = EdgeId(0, 0, 0)
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    fits = fit_affine(trace.inputs[0][:, 0], edge_values(network, trace, edge), primitives=["tanh", "sin", "x^3", "sinc"])
    ordered = order_by_whole_model(what_if(network, split, edge, fits))
    assert ordered[0].fit.primitive == "sin"
    assert is_decided(ordered)
    assert to_bytes(network) == before


def test_between_equals_the_shorter_description_wins(toy: tuple[Network, Split]) -> None:
    network, split = toy
    edge = EdgeId(0, 1, 0)
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    fits = fit_affine(trace.inputs[0][:, 1], edge_values(network, trace, edge), primitives=["cosh", "x^2", "gaussian", "sin"])
    ordered = order_by_whole_model(what_if(network, split, edge, fits))
    assert ordered[0].fit.primitive == "x^2"


def test_assignment_reaches_the_exact_formula(toy: tuple[Network, Split]) -> None:
    network, split = toy
    *steps, first, second = assign(network, split, AssignOptions(beam=2))
    assert [len(step.open) for step in steps] == [2, 1, 0]
    assert first.test_rmse < 1e-12
    assert first.test_rmse <= second.test_rmse


def test_locked_edges_refuse_the_question(toy: tuple[Network, Split]) -> None:
    network, split = toy
    edge = EdgeId(0, 1, 0)
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    fits = fit_affine(trace.inputs[0][:, 1], edge_values(network, trace, edge), primitives=["x^2"])
    with pytest.raises(EdgeError, match="locked"):
        what_if(lock(network, [edge]), split, edge, fits)


def test_no_candidate_is_no_decision() -> None:
    assert order_by_whole_model([]) == []
    assert not is_decided([])


def test_elimination_removes_what_the_data_do_not_need() -> None:
    x = uniform(300, 3)
    split = split_rows(make_table(x, x[:, :1] ** 2 + 0.5 * x[:, 1:2]), generator())
    network = trained(create_network([3, 1, 1], split.train, generator=generator(1)), split)
    lighter = eliminate(network, split)
    assert {edge.source for edge in active_edges(lighter) if edge.layer == 0} == {0, 1}
    assert rmse(lighter, split.test) < 2 * rmse(network, split.test)
