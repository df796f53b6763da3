"""Which of the formulas that a search finds fulfil the equations that a session began with.

The rows of such a session are values of a solution by splines, whose error is no noise: formulas longer than the law fit it
better. What decides is the equation: the constants of a formula are fitted to it, and the law is the simplest formula that
fulfils it to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from kan_core.errors import KanError
from kan_core.network.edges import active_edges
from kan_core.network.network import Network
from kan_core.network.prune import prune_edges
from kan_core.network.trace import forward
from kan_core.search.finding import Finding, judge_finding
from kan_core.symbolic.fulfilment import Fulfilment
from kan_core.training.relation_task import balanced_weight
from kan_core.training.relation_training import RelationOptions, train_relation
from kan_core.training.screen import some_rows
from server.work.asking import asking_of
from server.work.situation import Rows

# Residuals below this share of what should cancel are rounding; those below the other are worth another fit of the formula as
# it is written.
_ROUNDING = 1e-12
_NEARLY = 1e-7
# The error of a solution by splines that is of any use, over its spread; formulas further away are no candidates.
_CLOSE = 1e-2
# Longer formulas describe the solution's errors; fitting their constants would only take time.
_LONGEST = 40
_POINTS = 300
_STEPS = 25
_MOST_EDGES = 15
# For which a search goes on after the first formula that fulfils the equations.
_LEAST_SECONDS, _MOST_SECONDS = 1.0, 6.0


class Fulfilling:
    """Looks at each formula once. The clock, handed in, tells the seconds of the search, which no pause counts in.

    Attributes:
        law: the simplest formula so far that fulfils the equations.
    """

    def __init__(self, rows: Rows, clock: Callable[[], float]) -> None:
        self._rows = rows
        self._asking = asking_of(rows)
        self._points = some_rows(rows.split.train, _POINTS).inputs
        self._looked: set[Finding] = set()
        self._judged: dict[Finding, Fulfilment | None] = {}
        self._clock = clock
        self._began = clock()
        self._until = math.inf
        self.law: Finding | None = None

    def look(self, findings: Iterable[Finding]) -> None:
        """See which of these formulas, simplest first, fulfil the equations with their constants fitted to them."""
        for finding in findings:
            simpler = finding.complexity < (_LONGEST if self.law is None else self.law.complexity)
            if simpler and finding not in self._looked and finding.nrmse < _CLOSE and finding.formula.symbolic:
                self._looked.add(finding)
                self._take(self._solved(finding))

    def judge(self, finding: Finding) -> Fulfilment | None:
        """What a formula leaves of the equations as it stands; None when no network can be it, or it has no value."""
        if finding not in self._judged:
            try:
                points = self._asking.judging_points(self._rows.split.test.inputs)
                self._judged[finding] = self._asking.fulfilment(finding.network, points)
            except KanError:
                self._judged[finding] = None
        return self._judged[finding]

    @property
    def over(self) -> bool:
        """Whether a law is known and as much time has gone into looking for a simpler one, within limits."""
        return self._clock() > self._until

    def _take(self, solved: Finding | None) -> None:
        if solved is None or (self.law is not None and solved.complexity >= self.law.complexity):
            return
        self.law, now = solved, self._clock()
        self._until = min(self._until, now + min(max(now - self._began, _LEAST_SECONDS), _MOST_SECONDS))

    def _solved(self, finding: Finding) -> Finding | None:
        """The formula with its constants fitted, when it fulfils the equations; then once more as it is written.

        Written out, constants that only lean on each other are one, and what fitting leaves of them is gone.
        """
        try:
            fitted = self._fitted(finding.network)
            if not self._fulfils(fitted, _NEARLY):
                return None
            fitted = self._shortened(fitted)
            law = judge_finding(fitted, self._rows.split, finding.origin)
            written = self._fitted(replace(law, source=self._rows.split.train).network)
            if self._fulfils(written, _ROUNDING):
                return judge_finding(written, self._rows.split, finding.origin)
            return law if self._fulfils(fitted, _ROUNDING) else None
        except KanError:
            # No network can be this formula, or the equations have no value on it.
            return None

    def _shortened(self, network: Network) -> Network:
        """Without the edges that the rest can do without: values may have asked for two terms where the equations need one."""
        edges = active_edges(network)
        for edge in edges if len(edges) <= _MOST_EDGES else ():
            if edge in active_edges(network):
                trace = forward(network, network.normalisation.inputs(self._points))
                shorter = self._fitted(prune_edges(network, [edge], trace))
                if active_edges(shorter) and self._fulfils(shorter, _ROUNDING):
                    network = shorter
        return network

    def _fitted(self, network: Network) -> Network:
        points = self._asking.where_finite(network, self._points)
        task = self._asking.task(points)
        task = replace(task, weight=balanced_weight(network, task))
        for step in train_relation(network, task, RelationOptions(steps=_STEPS, update_grid=False, tolerance=1e-3)):
            network = step.network
        return network

    def _fulfils(self, network: Network, limit: float) -> bool:
        return self._asking.fulfilment(network, self._rows.split.test.inputs).worst <= limit
