"""Which edges of the network say a part of its law: those whose values on the rows are its own, but for factor and offset."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import KanError
from kan_core.expression.law import Law
from kan_core.expression.tree import Expression, columns_of
from kan_core.ids import EdgeId
from kan_core.law.problem import law_values
from kan_core.network.edges import active_edges, edge_values
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.primitives.library import get_primitive
from kan_core.training.data import Table
from kan_core.training.screen import some_rows

Array = NDArray[np.floating[Any]]


class LawEdges:
    """The edges of a lawful network, found by their values.

    A part p and an edge e, both less their means over the rows, say the same when |p - e·(e·p)/(e·e)|² ≤ rounding·|p|².

    Args:
        network: that follows the law.
        table: rows, raw units.
        rows: that are looked at.
        most: edges that are looked at; of more none is named.
        rounding: what of a part's variance an edge may leave and still say it.
    """

    def __init__(self, network: Network, table: Table, *, rows: int = 200, most: int = 400, rounding: float = 1e-6) -> None:
        self._network = network
        self._table = some_rows(table, rows)
        self._inputs = self._table.inputs.double().cpu().numpy()
        self._most, self._rounding = most, rounding

    @cached_property
    def _curves(self) -> list[tuple[EdgeId, Array]]:
        network = self._network
        edges = active_edges(network)
        if len(edges) > self._most:
            return []
        trace = forward(network, network.normalisation.inputs(self._table.inputs))
        found = [(edge, edge_values(network, trace, edge).double().cpu().numpy()) for edge in edges]
        return [(edge, values - values.mean()) for edge, values in found if np.isfinite(values).all() and np.ptp(values) > 0]

    def of(self, law: Law, parts: Sequence[Expression]) -> list[EdgeId]:
        """The edges that say the first of the parts that edges say; of parts of one column, else that column's edges.

        Where a value is handed on unchanged it is the edge that makes it.
        """
        handed: list[EdgeId] = []
        for part in parts:
            alike = self._alike(law, part)
            made = [edge for edge in alike if not self._hands_on(edge)]
            if made:
                return made
            handed = handed or alike[:1]
        columns = {frozenset(columns_of(part)) for part in parts[:1]}
        single = {place for each in columns if len(each) == 1 for place in each}
        own = [edge for edge, _ in self._curves if edge.layer == 0 and edge.source in single]
        return handed or own

    def _alike(self, law: Law, part: Expression) -> list[EdgeId]:
        try:
            values = law_values(Law((part,), law.constants), self._inputs)[:, 0]
        except KanError:
            return []
        centred = values - values.mean()
        square = float(centred @ centred)
        if not np.isfinite(square) or square <= 0:
            return []
        return [edge for edge, own in self._curves if self._same(own, centred, square)]

    def _same(self, own: Array, wanted: Array, square: float) -> bool:
        left = wanted - own * float(own @ wanted) / float(own @ own)
        return float(left @ left) <= self._rounding * square

    def _hands_on(self, edge: EdgeId) -> bool:
        structure = self._network.layers[edge.layer].structure
        row = structure.row(edge.target, edge.source)
        return row is not None and get_primitive(structure.symbolic[row].primitive).exponent == 1
