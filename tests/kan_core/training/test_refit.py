import torch

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.training.data import Split, make_table
from kan_core.training.progress import rmse
from kan_core.training.refit import refit_constants


def _sine(rows: int) -> tuple[Network, Split]:
    """sin(1.9 x + 0.3)/2 + x²/4 in two variables, with wrong constants."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.rand(rows, 2, generator=generator, dtype=torch.float64) * 2 - 1
    network = create_network((2, 1), make_table(inputs, inputs[:, :1]), generator=generator)
    right = set_symbolic(network, EdgeId(0, 0, 0), "sin", (1.9, 0.3, 0.5, 0.0))
    right = set_symbolic(right, EdgeId(0, 1, 0), "x^2", (1.0, 0.0, 0.25, 0.0))
    table = make_table(inputs, evaluate(right, inputs))
    wrong = set_symbolic(right, EdgeId(0, 0, 0), "sin", (2.0, 0.2, 0.55, 0.02))
    return wrong, Split(table, table)


def test_constants_come_back_to_machine_precision_on_a_long_table() -> None:
    network, split = _sine(5000)
    for progress in refit_constants(network, split):
        network = progress.network
    assert rmse(network, split.train) < 1e-14


def test_a_short_table_is_taken_whole_from_the_first_step() -> None:
    network, split = _sine(300)
    before = rmse(network, split.train)
    seen = list(refit_constants(network, split))
    assert seen[0].train_error < before
    assert [each.step for each in seen] == list(range(1, len(seen) + 1))
    assert seen[-1].converged


def test_steps_are_counted_over_both_parts_and_only_the_last_ends() -> None:
    network, split = _sine(5000)
    seen = list(refit_constants(network, split))
    assert [each.step for each in seen] == list(range(1, len(seen) + 1))
    assert [each.converged for each in seen].count(True) == 1


def test_a_network_without_constants_yields_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.rand(50, 2, generator=generator, dtype=torch.float64)
    table = make_table(inputs, inputs[:, :1])
    network = create_network((2, 1), table, generator=generator)
    assert list(refit_constants(network, Split(table, table))) == []


def test_rows_that_weigh_nothing_do_not_pull_on_a_long_table() -> None:
    network, split = _sine(5000)
    spoilt = torch.arange(5000) % 3 == 0
    targets = torch.where(spoilt.unsqueeze(1), split.train.targets + 5, split.train.targets)
    weights = (~spoilt).to(torch.float64)
    for progress in refit_constants(network, Split(make_table(split.train.inputs, targets, weights), split.test)):
        network = progress.network
    assert rmse(network, split.test) < 1e-12
