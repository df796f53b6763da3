"""Sums of edge functions → the layers of a network: nodes are put on levels, and handed on where they are needed higher up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure, SymbolicEdge
from kan_core.network.network import Network, Normalisation
from kan_core.network.ranges import grid_like
from kan_core.network.trace import forward
from kan_core.splines.grid import Grid
from kan_core.symbolic.edge_sums import EdgeSum, Input, Made, Source, value_of
from kan_core.symbolic.traced import names_of

Decided = Mapping[tuple[int, int, int], frozenset[str]]
"""Named constants by (target, source, place) of the constant of a symbolic edge that they decide."""
Row = tuple[SymbolicEdge, tuple[float, float, float, float]]

# An edge that is given back to a spline gets a grid like that of a new network.
_INTERVALS, _DEGREE = 5, 3


@dataclass(frozen=True)
class NetworkSize:
    """How large a network a formula may become, known before any of it is made.

    Attributes:
        nodes: of all layers, those included that only hand a value on.
        places: pairs of nodes that an edge could join, of all layers; each has room for a spline's coefficients.
    """

    nodes: int = 1000
    places: int = 500_000


def assembled(
    outputs: Sequence[EdgeSum], units: Normalisation, x: Tensor, *, ranged: bool = False
) -> tuple[tuple[Layer, ...], tuple[Decided, ...]]:
    """The layers that compute the outputs, and which named constants decide the constants of each.

    Args:
        outputs: in the network's units.
        units: those.
        x: (batch, inputs) in the network's units, for the ranges of nodes.
        ranged: whether the inputs have other ranges than [-1, 1] as well.

    Raises:
        FormulaError: too large, or a constant that is not finite.
    """
    separate = _Separation()
    tops = [separate.sum(output) for output in outputs]
    levels = _levels(tops, x.shape[1], NetworkSize())
    made: list[tuple[Layer, Decided]] = []
    for level in range(1, len(levels)):
        made.append(_layer(levels[level - 1], levels[level], x, level, ranged=ranged or level > 1))
        x = forward(Network((made[-1][0],), units), x).output
    made.append(_layer(levels[-1], tops, x, len(levels), ranged=ranged or len(levels) > 1))
    return tuple(layer for layer, _ in made), tuple(decided for _, decided in made)


class _Separation:
    """At most one edge between two nodes: of several functions of the same node all but one get a node of their own."""

    def __init__(self) -> None:
        # A node that is used in many places is the same in all of them.
        self._done: dict[Made, Made] = {}

    def sum(self, value: EdgeSum) -> EdgeSum:
        taken: set[Source] = set()
        terms: list[tuple[EdgeSum, float]] = []
        # Plain values first: they can be handed on as they are.
        for term, c in sorted(value.terms, key=lambda entry: entry[0].primitive != "x"):
            node = self._node(term.node)
            alone = EdgeSum(0.0, ((type(term)(term.primitive, term.a, term.b, node), 1.0),))
            if node in taken:
                alone = value_of(Made("sum", (alone,)))
            taken.add(node)
            terms.append((alone, c))
        return EdgeSum(value.constant, tuple((part.terms[0][0], c) for part, c in terms))

    def _node(self, node: Source) -> Source:
        if isinstance(node, Input):
            return node
        if node not in self._done:
            self._done[node] = Made(node.kind, tuple(self.sum(factor) for factor in node.factors))
        return self._done[node]


def _levels(outputs: Sequence[EdgeSum], inputs: int, size: NetworkSize) -> list[list[Source]]:
    """Nodes per level below the outputs: made there, or handed on from the level below."""
    height = max((term.node.level for value in outputs for term, _ in value.terms), default=0)
    levels: list[list[Source]] = [[] for _ in range(height + 1)]
    levels[0] = [Input(index) for index in range(inputs)]
    needed = [term.node for value in outputs for term, _ in value.terms]
    nodes, places, above = inputs, 0, len(outputs)
    for level in range(height, 0, -1):
        here = levels[level] = list(dict.fromkeys(needed)) or [Input(0)]
        subnodes = [factor for node in here for factor in _subnodes(node, level)]
        needed = [term.node for factor in subnodes for term, _ in factor.terms]
        nodes, places, above = nodes + len(here), places + above * len(here), len(subnodes)
        if nodes > size.nodes:
            raise FormulaError(f"the formula needs more than {size.nodes} nodes; write it shorter")
        if places > size.places:
            raise FormulaError("the formula needs too many nodes side by side; write it shorter, or take smaller whole exponents")
    return levels


def _layer(
    below: Sequence[Source], here: Sequence[Source] | Sequence[EdgeSum], x: Tensor, level: int, *, ranged: bool
) -> tuple[Layer, Decided]:
    """The layer from one level's nodes to the next, or to the outputs."""
    place = {node: index for index, node in enumerate(below)}
    nodes: list[Node] = []
    subnodes: list[EdgeSum] = []
    for entry in here:
        factors = _subnodes(entry, level)
        nodes.append(Node("product", len(factors)) if len(factors) > 1 else Node())
        subnodes += factors
    rows: list[Row] = []
    for target, value in enumerate(subnodes):
        rows += _edges(target, value, place)
    rows.sort(key=lambda row: row[0][:2])
    _check_finite(rows)
    spline = torch.zeros((len(subnodes), len(below)), dtype=torch.bool, device=x.device)
    ends = torch.ones(len(below), dtype=x.dtype, device=x.device)
    grid = Grid(-ends, ends, _INTERVALS, _DEGREE)
    grid = grid_like(grid, x) if ranged else grid
    structure = Structure(tuple(nodes), spline, tuple(edge for edge, _ in rows))
    constants = x.new_tensor([values for _, values in rows])
    return Layer(structure, grid, x.new_zeros((*spline.shape, grid.basis)), constants), _decided(rows)


def _subnodes(entry: Source | EdgeSum, level: int) -> tuple[EdgeSum, ...]:
    """What enters the subnodes of a node: its factors, itself handed on, or an output's sum."""
    if isinstance(entry, EdgeSum):
        return (entry,)
    return entry.factors if isinstance(entry, Made) and entry.level == level else (value_of(entry),)


def _edges(target: int, value: EdgeSum, place: dict[Source, int]) -> list[Row]:
    """The edges into a subnode; the sum's constant is the d of the first."""
    if value.is_constant:
        return [(SymbolicEdge(target, 0, "constant"), (1.0, 0.0, 0.0, value.constant))]
    return [
        (SymbolicEdge(target, place[term.node], term.primitive), (term.a, term.b, c, 0.0 if number else value.constant))
        for number, (term, c) in enumerate(value.terms)
    ]


def _decided(rows: Sequence[Row]) -> Decided:
    return {
        (edge.target, edge.source, place): names_of(number)
        for edge, numbers in rows
        for place, number in enumerate(numbers)
        if names_of(number)
    }


def _check_finite(rows: Sequence[Row]) -> None:
    if not all(math.isfinite(number) for _, numbers in rows for number in numbers):
        raise FormulaError("a constant of the formula is too large for a double in this table's units")
