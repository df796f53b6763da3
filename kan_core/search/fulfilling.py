"""Which of the formulas that a search finds fulfil equations that the rows are a solution of.

The rows of such a search are values of a solution by splines, whose error is no noise: formulas longer than the law fit it
better. What decides is the equation: the constants of a formula are fitted to it, and the law is the simplest formula that
fulfils it to rounding, as shares ρ = 0 … 1 of what should cancel (`kan_core.symbolic.fulfilment`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from kan_core.errors import KanError
from kan_core.network.edges import active_edges
from kan_core.network.network import Network
from kan_core.network.prune import prune_edges
from kan_core.network.trace import forward
from kan_core.search.finding import Finding, judge_finding
from kan_core.symbolic.asking import Asking
from kan_core.symbolic.fulfilment import Fulfilment
from kan_core.training.data import Split
from kan_core.training.relation_task import balanced_weight
from kan_core.training.relation_training import RelationOptions, train_relation
from kan_core.training.screen import some_rows


@dataclass(frozen=True, kw_only=True)
class FulfillingOptions:
    """Which formulas are looked at, and when one counts as a law.

    Attributes:
        rounding: largest ρ that is rounding.
        nearly: largest ρ that is worth another fit of the formula as it is written.
        close: error over spread of a solution by splines that is of any use; formulas further away are no candidates.
        longest: complexity; longer formulas describe the solution's errors, and fitting their constants would only take time.
        points: at which equations are fulfilled.
        steps: of a fit.
        most_edges: of networks that are tried without each of their edges.
        least_seconds, most_seconds: for which a search goes on after the first formula that fulfils the equations.
    """

    rounding: float = 1e-12
    nearly: float = 1e-7
    close: float = 1e-2
    longest: int = 40
    points: int = 300
    steps: int = 25
    most_edges: int = 15
    least_seconds: float = 1.0
    most_seconds: float = 6.0


class Fulfilling:
    """Looks at each formula once.

    Attributes:
        law: the simplest formula so far that fulfils the equations.

    Args:
        asking: the equations.
        split: rows of a solution, those of the fit and those that judge.
        clock: tells the seconds of the search, which no pause counts in.
        options: limits.
    """

    def __init__(
        self, asking: Asking, split: Split, clock: Callable[[], float], options: FulfillingOptions | None = None
    ) -> None:
        self._asking, self._split, self._options = asking, split, options or FulfillingOptions()
        self._points = some_rows(split.train, self._options.points).inputs
        self._looked: set[Finding] = set()
        self._judged: dict[Finding, Fulfilment | None] = {}
        self._clock = clock
        self._began = clock()
        self._until = math.inf
        self.law: Finding | None = None

    def look(self, findings: Iterable[Finding]) -> None:
        """See which of these formulas, simplest first, fulfil the equations with their constants fitted to them."""
        for finding in findings:
            simpler = finding.complexity < (self._options.longest if self.law is None else self.law.complexity)
            if simpler and finding not in self._looked and finding.nrmse < self._options.close and finding.formula.symbolic:
                self._looked.add(finding)
                self._take(self._solved(finding))

    def judge(self, finding: Finding) -> Fulfilment | None:
        """What a formula leaves of the equations as it stands; None when no network can be it, or it has no value."""
        if finding not in self._judged:
            try:
                points = self._asking.judging_points(self._split.test.inputs)
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
        self._until = min(self._until, now + min(max(now - self._began, self._options.least_seconds), self._options.most_seconds))

    def _solved(self, finding: Finding) -> Finding | None:
        """The formula with its constants fitted, when it fulfils the equations; then once more as it is written.

        Written out, constants that only lean on each other are one, and what fitting leaves of them is gone.
        """
        try:
            fitted = self._fitted(finding.network)
            if not self._fulfils(fitted, self._options.nearly):
                return None
            fitted = self._shortened(fitted)
            law = judge_finding(fitted, self._split, finding.origin)
            written = self._fitted(replace(law, source=self._split.train).network)
            if self._fulfils(written, self._options.rounding):
                return judge_finding(written, self._split, finding.origin)
            return law if self._fulfils(fitted, self._options.rounding) else None
        except KanError:
            # No network can be this formula, or the equations have no value on it.
            return None

    def _shortened(self, network: Network) -> Network:
        """Without the edges that the rest can do without: values may have asked for two terms where the equations need one."""
        edges = active_edges(network)
        for edge in edges if len(edges) <= self._options.most_edges else ():
            if edge in active_edges(network):
                trace = forward(network, network.normalisation.inputs(self._points))
                shorter = self._fitted(prune_edges(network, [edge], trace))
                if active_edges(shorter) and self._fulfils(shorter, self._options.rounding):
                    network = shorter
        return network

    def _fitted(self, network: Network) -> Network:
        points = self._asking.where_finite(network, self._points)
        task = self._asking.task(points)
        task = replace(task, weight=balanced_weight(network, task))
        for step in train_relation(network, task, RelationOptions(steps=self._options.steps, update_grid=False, tolerance=1e-3)):
            network = step.network
        return network

    def _fulfils(self, network: Network, limit: float) -> bool:
        return self._asking.fulfilment(network, self._split.test.inputs).worst <= limit
