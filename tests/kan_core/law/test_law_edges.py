"""Edges that say a part of a law are found by their values."""

from __future__ import annotations

import torch

from kan_core.expression.law import Law
from kan_core.law.law_edges import LawEdges
from kan_core.law.terms import terms_of
from kan_core.network.network import Network
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Table, make_table
from tests.kan_core.networks import uniform


def lawful() -> tuple[Network, Law, Table]:
    x = uniform(120, 2, 4)
    table = make_table(x, 2 * torch.sin(3 * x[:, :1]) + x[:, 1:] ** 2)
    network = from_formula(["2*sin(3*x) + y^2"], table, ["x", "y"], ["z"])
    assert network.law is not None
    return network, network.law, table


def test_each_term_lights_the_edge_of_its_column() -> None:
    network, law, table = lawful()
    edges = LawEdges(network, table)
    found = {term.tree: edges.of(law, [term.tree]) for term in terms_of(law)}
    assert len(found) == 2
    assert all(found.values())
    first = [{network_edge.source for network_edge in each if network_edge.layer == 0} for each in found.values()]
    assert first in ([{0}, {1}], [{1}, {0}])


def test_a_factor_and_an_offset_do_not_hide_an_edge() -> None:
    network, _, table = lawful()
    edges = LawEdges(network, table)
    other = from_formula(["5 - 7*sin(3*x)"], table, ["x", "y"], ["z"]).law
    assert other is not None
    assert [edge.source for edge in edges.of(other, [other.expressions[0]])] == [0]


def test_of_more_edges_than_are_looked_at_none_is_named() -> None:
    network, law, table = lawful()
    assert LawEdges(network, table, most=1).of(law, [terms_of(law)[0].tree]) == []
