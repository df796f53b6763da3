"""Of very many edges the most important ones are looked at."""

from __future__ import annotations

import torch

from kan_core.ids import EdgeId
from kan_core.importance.foremost import foremost_edges
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges
from tests.kan_core.networks import generator, toy_table

SCORES = [torch.tensor([[0.1, 0.9], [0.5, 0.5]]), torch.tensor([[1.0, 0.2]])]
NETWORK = create_network([2, 2, 1], toy_table(50), generator=generator(1))


def test_few_edges_are_all_there_with_their_importance() -> None:
    edges, shares = foremost_edges(NETWORK, SCORES, 6)
    assert edges == active_edges(NETWORK)
    assert shares == [float(SCORES[edge.layer][edge.target, edge.source]) for edge in edges]


def test_of_many_the_most_important_stay_in_the_order_of_the_network_the_first_of_equal_ones() -> None:
    edges, shares = foremost_edges(NETWORK, SCORES, 3)
    assert edges == [EdgeId(0, 1, 0), EdgeId(0, 0, 1), EdgeId(1, 0, 0)]
    assert shares == [float(torch.tensor(0.9)), 0.5, 1.0]
