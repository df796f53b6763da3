"""What kind of function sits on each edge of a layer, and how its subnodes make nodes.

A `Structure` is the part of a layer that training does not change. It is shared by every
parameter update, so the index tables derived from it are made once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import torch
from torch import Tensor

NodeKind = Literal["sum", "product"]


class Node(NamedTuple):
    """A target node: a sum node has one subnode, a product node multiplies `arity` ≥ 2 subnodes (MultKAN, 2408.10205)."""

    kind: NodeKind = "sum"
    arity: int = 1


class SymbolicEdge(NamedTuple):
    """Place and primitive of a symbolic edge c·f(a·x + b) + d inside its layer."""

    target: int
    source: int
    primitive: str


@dataclass(frozen=True, eq=False)
class Structure:
    """Edge kinds, primitives, locks and node kinds of one layer.

    An edge is *spline* where `spline` is true, *symbolic* where listed in `symbolic`, else *zero*.

    Attributes:
        nodes: the target nodes in order; their subnodes are numbered consecutively.
        spline: (targets, inputs) bool, targets counts subnodes.
        symbolic: sorted by (target, source); row r of the layer's `constants` belongs to entry r.
        locked: (target, source) of edges whose parameters do not move in training and that edits refuse to change.
        held: (target, source, place) of constants of symbolic edges that training leaves where they are; places are those of
            a, b, c, d. A person put them there, or no free constant of a law decided them.
        grids: (targets, inputs) long, which of the layer grid's `parts` each edge's spline uses; None when all use the first.
    """

    nodes: tuple[Node, ...]
    spline: Tensor
    symbolic: tuple[SymbolicEdge, ...] = ()
    locked: frozenset[tuple[int, int]] = frozenset()
    grids: Tensor | None = None
    held: frozenset[tuple[int, int, int]] = frozenset()

    @property
    def targets(self) -> int:
        """Number of subnodes."""
        return self.spline.shape[0]

    @property
    def inputs(self) -> int:
        """Number of source nodes."""
        return self.spline.shape[1]

    @cached_property
    def first_subnode(self) -> tuple[int, ...]:
        """First subnode of each node."""
        first, position = [], 0
        for node in self.nodes:
            first.append(position)
            position += node.arity
        return tuple(first)

    @cached_property
    def node_of_subnode(self) -> tuple[int, ...]:
        """Node that owns each subnode."""
        return tuple(index for index, node in enumerate(self.nodes) for _ in range(node.arity))

    @cached_property
    def has_products(self) -> bool:
        """Whether any node is a product node."""
        return any(node.kind == "product" for node in self.nodes)

    @cached_property
    def groups(self) -> tuple[PrimitiveGroup, ...]:
        """Symbolic edges grouped by primitive, so that each primitive is evaluated once, vectorised."""
        names = sorted({edge.primitive for edge in self.symbolic})
        device = self.spline.device
        made: list[PrimitiveGroup] = []
        for name in names:
            rows = [row for row, edge in enumerate(self.symbolic) if edge.primitive == name]
            made.append(
                PrimitiveGroup(
                    primitive=name,
                    rows=torch.tensor(rows, dtype=torch.long, device=device),
                    sources=torch.tensor([self.symbolic[row].source for row in rows], dtype=torch.long, device=device),
                    targets=torch.tensor([self.symbolic[row].target for row in rows], dtype=torch.long, device=device),
                )
            )
        return tuple(made)

    @cached_property
    def has_splines(self) -> bool:
        """Whether any edge is a spline; without one, no basis is computed."""
        return bool(self.spline.any())

    def to(self, device: torch.device | str) -> Structure:
        """The same structure on another device."""
        grids = None if self.grids is None else self.grids.to(device)
        return replace(self, spline=self.spline.to(device), grids=grids)

    def kind(self, target: int, source: int) -> Literal["spline", "symbolic", "zero"]:
        """Kind of one edge."""
        if bool(self.spline[target, source]):
            return "spline"
        return "symbolic" if self.row(target, source) is not None else "zero"

    def part(self, target: int, source: int) -> int:
        """Which of the layer grid's `parts` an edge's spline uses."""
        return 0 if self.grids is None else int(self.grids[target, source])

    def row(self, target: int, source: int) -> int | None:
        """Row of the edge in `symbolic`, None when it is not symbolic."""
        for row, edge in enumerate(self.symbolic):
            if edge.target == target and edge.source == source:
                return row
        return None


class PrimitiveGroup(NamedTuple):
    """Edges of one layer that share a primitive: `rows` into the constants, (edges,) `sources` and `targets`."""

    primitive: str
    rows: Tensor
    sources: Tensor
    targets: Tensor
