"""Candidates that are the same function on these rows are one entry, others never are."""

from __future__ import annotations

import pytest
import torch

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edges import edge_values
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.symbolic.affine_fit import candidate_names, fit_affine
from kan_core.symbolic.alike import AlikeOptions, group_alike
from kan_core.symbolic.decide import order_by_whole_model
from kan_core.symbolic.what_if import Judge, what_if
from kan_core.training.data import Split, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import BinaryCrossEntropy, SquaredLoss
from tests.kan_core.networks import generator, uniform


def fitted(law, rows, noise=0.0, inputs=2, objective=None) -> tuple[Network, Split]:
    """An additive network of a law on [-1, 1]."""
    x = uniform(rows, inputs)
    y = law(x) + noise * torch.randn(rows, 1, generator=generator(3), dtype=torch.float64)
    split = split_rows(make_table(x, y), generator())
    network = create_network([inputs, y.shape[1]], split.train, generator=generator(1))
    options = (
        LevenbergMarquardtOptions(steps=40) if objective is None else LevenbergMarquardtOptions(steps=20, objective=objective)
    )
    for progress in train(network, split, options):
        network = progress.network
    return network, split


def entries(network, split, edge, names=None, objective=None, options=None) -> list[list[str]]:
    """The names of each entry, its leader first."""
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    x, y = trace.inputs[edge.layer][:, edge.source], edge_values(network, trace, edge)
    fits = [fit for fit in fit_affine(x, y, primitives=names or candidate_names(network)) if fit.c != 0]
    ordered = order_by_whole_model(what_if(network, split, edge, fits, 12, Judge(objective or SquaredLoss())))
    groups = group_alike(network, split, edge, ordered, objective, options)
    return [[member.fit.primitive for member in group.members] for group in groups]


def sine_and_square(x):
    return torch.sin(3 * x[:, :1]) + x[:, 1:2] ** 2


SINE, SQUARE = EdgeId(0, 0, 0), EdgeId(0, 1, 0)


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.3])
def test_sine_and_cosine_are_one_at_any_noise_and_the_plainer_leads(noise):
    network, split = fitted(sine_and_square, 300, noise)
    first, *others = entries(network, split, SINE, ["tanh", "cos", "sin", "x", "x^3"])
    assert first == ["sin", "cos"]
    assert all("sin" not in entry and "cos" not in entry for entry in others)


def test_under_noise_a_parabola_is_what_cannot_be_told_from_it_and_leads_as_the_shortest():
    network, split = fitted(sine_and_square, 300, 0.1)
    first, *_ = entries(network, split, SQUARE, ["cosh", "gaussian", "x^2", "cos", "x", "abs", "x^4", "tanh"])
    assert first[0] == "x^2"
    assert {"cosh", "gaussian", "cos"} <= set(first)
    # What is really another curve is another entry, however much noise there is.
    assert not {"x", "abs", "x^4", "tanh"} & set(first)


def test_rows_without_noise_tell_a_parabola_from_its_likes():
    x = uniform(300, 2)
    split = split_rows(make_table(x, sine_and_square(x)), generator())
    # A grid that holds the law, so that nothing but rounding blurs the comparison.
    network = create_network([2, 1], split.train, generator=generator(1), intervals=60, degree=5)
    for progress in train(network, split, LevenbergMarquardtOptions(steps=60)):
        network = progress.network
    assert entries(network, split, SQUARE, ["cosh", "gaussian", "x^2", "cos", "sin"])[0] == ["x^2"]


def test_more_rows_tell_more_apart():
    few, many = (fitted(sine_and_square, rows, 0.3) for rows in (100, 20_000))
    assert entries(*few, SINE, ["sin", "J1"]) == [["sin", "J1"]]
    assert entries(*many, SINE, ["sin", "J1"]) == [["sin"], ["J1"]]


def test_any_two_of_an_entry_are_alike():
    network, split = fitted(sine_and_square, 300, 0.1)
    for entry in entries(network, split, SQUARE):
        for other in entry[1:]:
            assert len(entries(network, split, SQUARE, [entry[0], other])) == 1


def test_an_edge_that_hardly_matters_does_not_make_visibly_different_curves_one():
    network, split = fitted(lambda x: 3 * torch.sin(3 * x[:, :1]) + 0.02 * x[:, 1:2], 100, 0.3)
    for entry in entries(network, split, SQUARE, ["x", "abs", "sgn", "x^2"]):
        assert len(entry) == 1


def test_each_output_counts_in_its_own_noise():
    """A large noisy output must not hide what a small clean one tells."""

    def law(x):
        return torch.cat([1000 * torch.sin(x[:, :1]), x[:, 1:2] ** 2], 1)

    x = uniform(300, 2)
    noise = torch.randn(300, 2, generator=generator(3), dtype=torch.float64) * torch.tensor([300.0, 1e-6])
    split = split_rows(make_table(x, law(x) + noise), generator())
    network = create_network([2, 2], split.train, generator=generator(1), intervals=20, degree=5)
    for progress in train(network, split, LevenbergMarquardtOptions(steps=40)):
        network = progress.network
    assert entries(network, split, EdgeId(0, 1, 1), ["cosh", "gaussian", "x^2"])[0] == ["x^2"]


def test_classes_are_compared_by_their_probabilities():
    objective = BinaryCrossEntropy()
    network, split = fitted(lambda x: (x[:, :1] ** 2 + x[:, 1:2] ** 2 < 0.6).double(), 400, objective=objective)
    first = entries(network, split, SQUARE, ["x^2", "cosh", "sin", "cos", "x"], objective)[0]
    assert "x" not in first
    grouped = entries(network, split, SQUARE, ["sin", "cos"], objective)
    assert [len(entry) for entry in grouped] == [2]


def test_no_deviation_allowed_leaves_only_names_of_one_curve_together():
    network, split = fitted(sine_and_square, 300, 0.1)
    strict = AlikeOptions(deviations=0.0)
    found = entries(network, split, SQUARE, ["x^2", "sin", "cos", "gaussian"], options=strict)
    assert sorted(map(sorted, found)) == [["cos", "sin"], ["gaussian"], ["x^2"]]


def test_nothing_is_no_entry():
    network, split = fitted(sine_and_square, 100)
    assert group_alike(network, split, SQUARE, []) == []
