"""Networks shaped like the skeleton of a formula: sums and products of one-input functions, nothing else.

A tree names which inputs meet where; every edge of it is a free spline. (x₁ ∘ x₂) ∘ x₃ with ∘ a product or a sum covers
f(g(u(x₁)·v(x₂)) + w(x₃)) for any f, g, u, v, w. Such a network has a handful of edges, trains in a tenth of a second and has
nothing to prune. Called by the automatic search.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, NodeKind, Structure, SymbolicEdge
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Table
from kan_core.training.grids import update_grids


@dataclass(frozen=True, order=True)
class Leaf:
    """An input column."""

    input: int

    @property
    def level(self) -> int:
        """Layers between the inputs and this node."""
        return 0

    @property
    def edges(self) -> int:
        """Edge functions below this node."""
        return 0

    def __str__(self) -> str:
        return f"x{self.input}"


@dataclass(frozen=True)
class Branch:
    """A sum or product node over the edge functions of its parts."""

    kind: NodeKind
    parts: tuple[Leaf | Branch, ...]

    @property
    def level(self) -> int:
        """Layers between the inputs and this node."""
        return 1 + max(part.level for part in self.parts)

    @property
    def edges(self) -> int:
        """Edge functions below this node."""
        return sum(1 + part.edges for part in self.parts)

    def __str__(self) -> str:
        return "(" + (" + " if self.kind == "sum" else " * ").join(str(part) for part in self.parts) + ")"


Tree = Leaf | Branch


def tree_network(
    tree: Tree, table: Table, *, generator: torch.Generator, intervals: int = 6, degree: int = 3, outer: bool = True
) -> Network:
    """An untrained network of the tree's shape for a table with one target.

    A part that is needed more than one layer above its own passes through nodes with a locked identity edge.

    Args:
        tree: what meets where.
        table: training rows.
        generator: source of randomness.
        intervals: G of every grid.
        degree: k.
        outer: free the function between the root and the output. Without it a sum is the output itself, and a
            product is multiplied by a constant and shifted; then its factors are determined up to constants, while
            below a free function they are known only up to a power, (f·g)^p.
    """
    is_output = isinstance(tree, Branch) and tree.kind == "sum" and not outer
    root: Tree = tree if is_output else Branch("sum", (tree,))
    levels = _levels(root)
    shape: list[int | list[Node]] = [table.inputs.shape[1]]
    shape += [[_node(part, level) for part in levels[level]] for level in range(1, len(levels))]
    network = create_network(shape, table, generator=generator, intervals=intervals, degree=degree)
    layers = [_masked(layer, levels[index], levels[index + 1], index + 1) for index, layer in enumerate(network.layers)]
    if not outer and not is_output and not isinstance(tree, Leaf):
        layers[-1] = _linear(layers[-1])
    network = network.with_layers(tuple(layers))
    moved = update_grids(network, forward(network, network.normalisation.inputs(table.inputs)), force=True)
    return moved or network


def _levels(root: Tree) -> list[list[Tree]]:
    """Nodes per level: a node of the tree, or one that is passed on from the level below; level 0 is left to the inputs."""
    levels: list[list[Tree]] = [[] for _ in range(root.level + 1)]
    levels[root.level].append(root)
    for level in range(root.level, 1, -1):
        for node in levels[level]:
            parts = node.parts if isinstance(node, Branch) and node.level == level else (node,)
            levels[level - 1].extend(part for part in parts if part not in levels[level - 1])
    return levels


def _node(part: Tree, level: int) -> Node:
    """What stands for `part` on a level: itself, or a sum node that passes it on from below."""
    if isinstance(part, Branch) and part.kind == "product" and part.level == level:
        return Node("product", len(part.parts))
    return Node()


def _masked(layer: Layer, below: list[Tree], here: list[Tree], level: int) -> Layer:
    """Keep the tree's edges; what only passes through becomes a locked identity."""
    spline = torch.zeros_like(layer.structure.spline)
    passing: list[SymbolicEdge] = []
    for node, first in zip(here, layer.structure.first_subnode, strict=True):
        if node.level < level or isinstance(node, Leaf):
            passing.append(SymbolicEdge(first, _source(node, below, level), "x"))
            continue
        for factor, part in enumerate(node.parts):
            spline[first + (factor if node.kind == "product" else 0), _source(part, below, level)] = True
    locked = frozenset((edge.target, edge.source) for edge in passing)
    structure = Structure(layer.structure.nodes, spline, tuple(sorted(passing)), locked)
    # create_network scales for all inputs; with fewer edges each may be larger
    scale = (layer.inputs / spline.sum(1).clamp(min=1).to(layer.coefficients.dtype)).sqrt()
    coefficients = layer.coefficients * scale[:, None, None] * spline.unsqueeze(-1)
    return Layer(structure, layer.grid, coefficients, layer.constants.new_tensor([1.0, 0.0, 1.0, 0.0]).repeat(len(passing), 1))


def _linear(layer: Layer) -> Layer:
    """The one edge of the last layer as c·x + d."""
    structure = replace(layer.structure, spline=torch.zeros_like(layer.structure.spline), symbolic=(SymbolicEdge(0, 0, "x"),))
    return Layer(structure, layer.grid, torch.zeros_like(layer.coefficients), layer.constants.new_tensor([[1.0, 0.0, 1.0, 0.0]]))


def _source(part: Tree, below: list[Tree], level: int) -> int:
    """Index of a part among the nodes of the level below."""
    if level == 1:
        if not isinstance(part, Leaf):
            raise TypeError(f"{part} cannot stand on the inputs")
        return part.input
    return below.index(part)
