"""Each loss is what its name says, and its sensitivity is its derivative."""

from __future__ import annotations

import pytest
import torch

from kan_core.errors import DataError
from kan_core.network.create import create_network, normalisation_of
from kan_core.training.data import make_table
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy, HuberLoss, SquaredLoss
from kan_core.training.relations import RelationLoss
from tests.kan_core.networks import generator, mixed_network, toy_table, uniform

OBJECTIVES = (SquaredLoss(), HuberLoss(0.3), BinaryCrossEntropy(), CrossEntropy())


def case():
    inputs, output = uniform(12, 2), uniform(12, 3, 1)
    targets = torch.nn.functional.one_hot((uniform(12, 1, 2)[:, 0] * 1.5 + 1.5).long(), 3).double()
    return output, targets, normalisation_of(make_table(inputs, targets))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_the_sensitivity_equals_finite_differences(objective, weighted: bool) -> None:
    output, targets, normalisation = case()
    weights = uniform(12, 1, 5)[:, 0].abs() if weighted else None
    made = objective.evaluate(output, targets, normalisation, weights)
    step = 1e-6
    for row, column in [(0, 0), (3, 2), (11, 1)]:
        bump = torch.zeros_like(output)
        bump[row, column] = step
        above, below = (objective.evaluate(output + sign * bump, targets, normalisation, weights).value for sign in (1, -1))
        torch.testing.assert_close((above - below) / (2 * step), made.sensitivity[row, column], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_a_weight_of_two_is_a_row_given_twice(objective) -> None:
    output, targets, normalisation = case()
    weights = torch.ones(12, dtype=torch.float64)
    weights[4] = 2
    twice = objective.evaluate(torch.cat([output, output[4:5]]), torch.cat([targets, targets[4:5]]), normalisation)
    torch.testing.assert_close(objective.evaluate(output, targets, normalisation, weights).value, twice.value)


def test_cross_entropies_equal_those_of_torch() -> None:
    output, targets, normalisation = case()
    logits = normalisation.raw_targets(output)
    torch.testing.assert_close(
        CrossEntropy().evaluate(output, targets, normalisation).value, torch.nn.functional.cross_entropy(logits, targets)
    )
    torch.testing.assert_close(
        BinaryCrossEntropy().evaluate(output, targets, normalisation).value,
        torch.nn.functional.binary_cross_entropy_with_logits(logits, targets) * 3,
    )


def test_bad_weights_are_named() -> None:
    output, targets, normalisation = case()
    with pytest.raises(DataError, match="not all zero"):
        SquaredLoss().evaluate(output, targets, normalisation, torch.zeros(12, dtype=torch.float64))


def test_the_gradient_of_a_relation_equals_finite_differences() -> None:
    network, table = mixed_network(rows=20)
    loss = RelationLoss(lambda x, d: d.hessian.sum(-1) + d.value * d.gradient[..., 0] - x[:, :1], "diagonal")
    made = loss.evaluate(network, table.inputs)
    step = 1e-6
    for index, place in [(0, (1, 1, 3)), (1, (0, 2, 2))]:
        layer, values = network.layers[index], []
        for sign in (1, -1):
            moved = layer.coefficients.clone()
            moved[place] += sign * step
            changed = network.with_layer(index, layer.with_parameters(moved, layer.constants))
            values.append(loss.residuals(changed, table.inputs).square().sum(1).mean())
        torch.testing.assert_close((values[0] - values[1]) / (2 * step), made.coefficients[index][place], rtol=1e-4, atol=1e-6)


def test_a_relation_can_be_descended() -> None:
    network = create_network([2, 3, 1], toy_table(60), generator=generator())
    loss = RelationLoss(lambda x, d: d.gradient[:, 0] - 2 * x[:, :1], "none")
    inputs = uniform(60, 2)
    start = loss.evaluate(network, inputs)
    for index, layer in enumerate(network.layers):
        network = network.with_layer(
            index, layer.with_parameters(layer.coefficients - 1e-3 * start.coefficients[index], layer.constants)
        )
    assert float(loss.evaluate(network, inputs).value) < float(start.value)
