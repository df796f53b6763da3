"""The formulas of a search with their constants fitted to all rows, each worked out once."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.errors import KanError
from kan_core.law.following import lowered
from kan_core.law.making import law_of_expressions
from kan_core.law.network_law import some_rows
from kan_core.network.network import Network
from kan_core.search.finding import Finding, on_all_rows, pareto_front
from server.work.situation import Rows


class OnAllRows:
    """Formulas as they are told and kept: the same text while the search runs and when it has ended.

    Attributes:
        rows: of the session.
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._fitted: dict[Finding, Finding] = {}

    def fitted(self, found: Finding) -> Finding:
        """With the constants that all rows give, worked out once."""
        if found not in self._fitted:
            self._fitted[found] = on_all_rows(found, self.rows.split)
        return self._fitted[found]

    def front(self, findings: Sequence[Finding]) -> list[Finding]:
        """The front, each formula so."""
        return [self.fitted(found) for found in pareto_front(findings)]

    def network(self, found: Finding) -> Network | None:
        """Its network, with the law where it was found as one: its exact numbers stay exact. None where no network can be it."""
        try:
            if not found.is_law:
                return found.network
            table = self.rows.split.for_laws.train
            law = law_of_expressions(found.formula.expressions, self.rows.inputs, some_rows(table))
            return lowered(law, table, self.rows.targets)
        except KanError:
            return None
