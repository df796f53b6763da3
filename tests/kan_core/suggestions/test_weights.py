"""A row that weighs three is the row three times: to the fits, to what each candidate does to the model, and to the decision."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.suggestions.options import SuggestOptions
from kan_core.suggestions.suggest import entries_of
from kan_core.symbolic.decide import is_decided, order_by_error
from kan_core.training.data import Split, Table, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import BinaryCrossEntropy, Objective, SquaredLoss
from tests.kan_core.networks import generator, uniform


def heavier(table: Table, seed: int) -> tuple[Table, Table]:
    """The table with whole weights of 1 to 3, and with every row as often as it weighs."""
    times = torch.randint(1, 4, (table.rows,), generator=generator(seed))
    return replace(table, weights=times.to(torch.float64)), table.take(torch.arange(table.rows).repeat_interleave(times))


def measured() -> Tensor:
    x = uniform(300, 2, 3)
    return torch.cat([x, torch.sin(3 * x[:, :1]) + x[:, 1:] ** 2 + 0.05 * x[:, 1:] ** 3], 1)


@pytest.mark.parametrize("objective", [SquaredLoss(), BinaryCrossEntropy()])
def test_weights_and_repeated_rows_make_the_same_decision(objective: Objective) -> None:
    rows = measured()
    # Classes overlap: of some that can be told apart, no fit of the logits ever ends.
    noise = torch.randn((300, 1), generator=generator(7), dtype=torch.float64)
    targets = rows[:, 2:] if isinstance(objective, SquaredLoss) else (rows[:, 2:] + noise > 0.4).to(torch.float64)
    split = split_rows(make_table(rows[:, :2], targets), generator(1))
    (train_light, train_many), (test_light, test_many) = heavier(split.train, 5), heavier(split.test, 6)
    light, many = Split(train_light, test_light), Split(train_many, test_many)
    network = trained(create_network([2, 1], many.train, generator=generator(2), intervals=6), many, objective)
    options = SuggestOptions(objective=objective, most=5)
    for edge in (EdgeId(0, 0, 0), EdgeId(0, 1, 0)):
        one, other = entries_of(network, light, edge, options), entries_of(network, many, edge, options)
        assert [each.leader.fit.primitive for each in one] == [each.leader.fit.primitive for each in other]
        assert [each.leader.error_after for each in one] == pytest.approx([each.leader.error_after for each in other], rel=1e-4)
        for mine, theirs in zip(one, other, strict=True):
            assert mine.leader.fit.constants == pytest.approx(theirs.leader.fit.constants, rel=1e-6, abs=1e-9)
        verdicts = [is_decided([order_by_error(entry.members)[0] for entry in each]) for each in (one, other)]
        assert verdicts[0] == verdicts[1]


def trained(network: Network, split: Split, objective: Objective) -> Network:
    for progress in train(network, split, LevenbergMarquardtOptions(steps=20, objective=objective, sparsity=1e-3)):
        network = progress.network
    return network
