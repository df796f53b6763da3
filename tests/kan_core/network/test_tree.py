"""Tree-shaped networks compute their tree."""

from __future__ import annotations

import pytest
import torch

from kan_core.network.edges import active_edges
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.network.tree import Branch, Leaf, Tree, tree_network
from kan_core.symbolic.skeletons import flat, read_once, with_repeat
from kan_core.training.data import make_table
from tests.kan_core.networks import generator, uniform

NESTED = Branch("product", (Branch("sum", (Leaf(0), Leaf(2))), Leaf(1)))


def build(tree: Tree, outer: bool) -> Network:
    x = uniform(40, 3)
    return tree_network(tree, make_table(x, x[:, :1]), generator=generator(), outer=outer)


def free_edges(network: Network) -> int:
    return sum(
        1 for edge in active_edges(network) if (edge.target, edge.source) not in network.layers[edge.layer].structure.locked
    )


@pytest.mark.parametrize("tree", [*read_once([0, 1, 2]), Leaf(1), *with_repeat(NESTED, [0, 1, 2])], ids=str)
def test_free_edges_are_those_of_the_tree(tree: Tree) -> None:
    network = build(tree, outer=True)
    assert free_edges(network) == tree.edges + 1
    assert bool(torch.isfinite(evaluate(network, uniform(40, 3))).all())


def test_without_an_outer_function_a_sum_is_the_output_and_a_product_is_scaled() -> None:
    assert build(flat([0, 1, 2])[0], outer=False).shape == (3, 1)
    product = build(flat([0, 1, 2])[1], outer=False)
    assert [edge.primitive for edge in product.layers[-1].structure.symbolic] == ["x"]


def test_an_output_depends_only_on_the_inputs_of_its_tree() -> None:
    network = build(Branch("product", (Leaf(0), Leaf(2))), outer=True)
    x = uniform(10, 3)
    moved = x.clone()
    moved[:, 1] += 0.3
    torch.testing.assert_close(evaluate(network, x), evaluate(network, moved))


def test_a_separable_product_stays_separable() -> None:
    """f(x, y) = u(x)·v(y) up to the shift: the mixed second difference of log|f| vanishes."""
    network = build(Branch("product", (Leaf(0), Leaf(2))), outer=False)
    edge = network.layers[-1].constants[0]
    a = torch.tensor([[0.1, 0.0, -0.4], [0.1, 0.0, 0.5], [-0.7, 0.0, -0.4], [-0.7, 0.0, 0.5]], dtype=torch.float64)
    normalised = (evaluate(network, a)[:, 0] - network.normalisation.target_shift) / network.normalisation.target_scale
    value = normalised - edge[3]
    torch.testing.assert_close(value[0] * value[3], value[1] * value[2])


def test_skeletons_come_once_and_simplest_first() -> None:
    for inputs, count in (([0], 1), ([0, 1], 2), ([0, 1, 2], 14), ([4, 5, 6, 7], 122)):
        trees = read_once(inputs)
        assert len(trees) == count
        assert len(set(trees)) == count
        assert [tree.edges for tree in trees] == sorted(tree.edges for tree in trees)
    assert with_repeat(Leaf(0), [0]) == []
