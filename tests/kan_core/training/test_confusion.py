"""Confusion counts of two and of more classes."""

from __future__ import annotations

import pytest
import torch

from kan_core.errors import DataError
from kan_core.training.confusion import confusion, recall


def test_one_logit_stands_for_the_second_of_two_classes() -> None:
    logits = torch.tensor([[-2.0], [3.0], [0.5], [-0.1], [1.0]])
    truth = torch.tensor([[0.0], [0.0], [1.0], [1.0], [1.0]])
    counts = confusion(logits, truth)
    assert counts.tolist() == [[1, 1], [1, 2]]
    assert recall(counts).tolist() == pytest.approx([1 / 2, 2 / 3])


def test_rows_are_the_true_class_and_columns_the_predicted_one() -> None:
    truth = torch.tensor([0, 0, 1, 2, 2, 2])
    predicted = torch.tensor([0, 1, 1, 2, 0, 2])
    counts = confusion(3 * torch.eye(3)[predicted] - 1, torch.eye(3)[truth])
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    assert int(counts.diagonal().sum()) == int((truth == predicted).sum())


def test_one_logit_and_the_same_two_logits_count_alike() -> None:
    random = torch.Generator().manual_seed(0)
    logit = torch.randn((200, 1), generator=random)
    truth = (torch.rand((200, 1), generator=random) > 0.3).double()
    both = confusion(torch.cat([torch.zeros_like(logit), logit], 1), torch.cat([1 - truth, truth], 1))
    assert torch.equal(confusion(logit, truth), both)


def test_a_class_without_rows_has_no_recall() -> None:
    counts = confusion(torch.eye(3)[[0, 1]], torch.eye(3)[[0, 1]])
    assert recall(counts)[:2].tolist() == [1.0, 1.0]
    assert bool(recall(counts)[2].isnan())


@pytest.mark.parametrize("output", [torch.zeros(4, 2), torch.tensor([[0.0, float("nan"), 0.0]] * 4)])
def test_what_cannot_be_counted_is_refused(output: torch.Tensor) -> None:
    with pytest.raises(DataError):
        confusion(output, torch.eye(3)[[0, 1, 2, 0]])
