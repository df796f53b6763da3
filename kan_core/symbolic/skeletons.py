"""Which formula skeletons to try, simplest first (see `kan_core.network.tree`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal

from kan_core.network.tree import Branch, Leaf, Tree

KINDS: tuple[Literal["sum", "product"], ...] = ("sum", "product")


def read_once(inputs: Sequence[int]) -> list[Tree]:
    """All trees that use each of the given inputs once: the flat sum and product, then every nesting; fewest edges first.

    There are 2, 14 and 162 of them for 2, 3 and 4 inputs; one level of the same operation inside itself is kept, since
    an edge function stands between.
    """
    leaves: list[Tree] = [Leaf(index) for index in inputs]
    if len(leaves) == 1:
        return leaves
    simple = flat(inputs)
    nested = [tree for tree in _binary(tuple(inputs)) if tree not in simple]
    return [*simple, *sorted(nested, key=lambda tree: tree.edges)]


def flat(inputs: Sequence[int]) -> list[Tree]:
    """The sum and the product of all inputs."""
    return [Branch(kind, tuple(Leaf(index) for index in inputs)) for kind in KINDS]


def _binary(inputs: tuple[int, ...]) -> Iterator[Tree]:
    """All binary trees over a set of inputs; the first input always stays in the left part, so none comes twice."""
    if len(inputs) == 1:
        yield Leaf(inputs[0])
        return
    first, rest = inputs[0], inputs[1:]
    for size in range(len(rest)):
        for chosen in combinations(rest, size):
            left, right = (first, *chosen), tuple(index for index in rest if index not in chosen)
            for one in _binary(left):
                for other in _binary(right):
                    for kind in KINDS:
                        yield Branch(kind, (one, other))


def with_repeat(tree: Tree, inputs: Sequence[int]) -> list[Tree]:
    """The tree met once more by one of the inputs, at the root: f(tree)·g(x_i) and f(tree) + g(x_i)."""
    if isinstance(tree, Leaf):
        return []
    return [Branch(kind, (tree, Leaf(index))) for index in inputs for kind in KINDS]
