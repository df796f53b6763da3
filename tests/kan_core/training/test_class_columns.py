"""Classes as what a network learns."""

from __future__ import annotations

import torch

from kan_core.training.class_columns import class_shares, count_classes
from kan_core.training.confusion import accuracy
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy


def test_two_classes_are_one_share() -> None:
    found, shares, objective = class_shares(torch.tensor([7.0, 2.0, 7.0], dtype=torch.float64))
    assert found == [2.0, 7.0]
    assert shares.tolist() == [[1.0], [0.0], [1.0]]
    assert shares.dtype == torch.float64
    assert isinstance(objective, BinaryCrossEntropy)


def test_more_classes_have_a_share_each() -> None:
    found, shares, objective = class_shares(torch.tensor([3.0, 1.0, 2.0, 1.0]))
    assert found == [1.0, 2.0, 3.0]
    assert shares.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert isinstance(objective, CrossEntropy)


def test_classes_are_counted_by_their_numbers() -> None:
    assert count_classes(torch.tensor([3.0, 1.0, 3.0])) == 2


def test_accuracy_is_the_share_of_the_diagonal() -> None:
    assert accuracy(torch.tensor([[3, 1], [0, 4]])) == 7 / 8
