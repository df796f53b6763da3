"""What accepting a candidate would do to the whole model: the number a person sees before deciding.

An edge's own R² cannot tell cosh from x² on a short interval. Setting the candidate and refitting all other constants
and splines can: the right assignment falls by orders of magnitude, the wrong one stalls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kan_core.evidence.validation import judged, rows_of_law
from kan_core.ids import EdgeId
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.affine_fit import AffineFit
from kan_core.symbolic.edge_errors import EdgeErrors, Measure, edge_errors, fed_outputs
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import Objective, SquaredLoss, held_back


@dataclass(frozen=True, eq=False)
class Judge:
    """By what candidates are refitted and judged.

    Attributes:
        objective: of the refits; it says which error judges.
    """

    objective: Objective = field(default_factory=SquaredLoss)

    def errors(self, network: Network, split: Split, outputs: tuple[int, ...]) -> EdgeErrors:
        """Of some outputs on the rows that judge, or cross-validated."""
        return edge_errors(judged(network, split, self.objective).outputs, split.test, network, self.objective, outputs)

    def on_rows(self, network: Network, split: Split, outputs: tuple[int, ...]) -> EdgeErrors:
        """The same of the network as it is, without cross-validation: how far a refit has come."""
        return edge_errors(evaluate(network, split.test.inputs), split.test, network, self.objective, outputs)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A candidate with its consequence.

    Attributes:
        fit: the candidate as fitted to the edge alone.
        network: refitted, with the candidate on the edge.
        before: held-out errors of the network as it is, in the outputs that the edge feeds.
        after: those of the refitted one; infinite when it leaves its domain.
        falling: bits by which the last quarter of the refit has still lowered the error: it may fall as much again.
        alike: names of the functions that are the same on these rows, as far as anybody has compared (`alike.flat`).
    """

    fit: AffineFit
    network: Network
    before: EdgeErrors
    after: EdgeErrors
    falling: float = 0.0
    alike: tuple[str, ...] = ()

    @property
    def error_before(self) -> float:
        """Over the outputs that the edge feeds."""
        return self.before.together

    @property
    def error_after(self) -> float:
        """The same with the candidate; infinity when it leaves its domain."""
        return self.after.together

    @property
    def measure(self) -> Measure:
        """What the errors are."""
        return self.after.measure


def what_if(
    network: Network,
    split: Split,
    edge: EdgeId,
    fits: Sequence[AffineFit],
    steps: int = 15,
    judge: Judge | None = None,
) -> list[WhatIf]:
    """Try each candidate on `edge`, refit everything else for up to `steps` steps; the network itself does not change.

    Raises:
        EdgeError: no such edge, or it is locked.
    """
    judge = judge or Judge()
    outputs = fed_outputs(network, edge)
    before = judge.errors(network, split, outputs)
    results: list[WhatIf] = []
    for fit in fits:
        candidate = set_symbolic(network, edge, fit.primitive, (fit.a, fit.b, fit.c, fit.d))
        start = WhatIf(fit, candidate, before, before)
        results.append(refitted(start, split, outputs, steps, judge))
    return results


def refitted(start: WhatIf, split: Split, outputs: tuple[int, ...], steps: int, judge: Judge) -> WhatIf:
    """A candidate after so many (more) steps of refitting everything but its form."""
    network = start.network
    # The last spline gone, all rows fit and judge: so the candidate is seen as it would be accepted.
    rows = rows_of_law(network, split)
    options = LevenbergMarquardtOptions(
        steps=steps, tolerance=1e-3, objective=judge.objective, sparsity=held_back(judge.objective)
    )
    states: list[Network] = [progress.network for progress in train(network, rows, options)]
    network = states[-1] if states else network
    after = judge.errors(network, rows, outputs)
    falling = 0.0
    if states:
        earlier = judge.on_rows(states[(3 * (len(states) - 1)) // 4], rows, outputs)
        falling = max(0.0, earlier.over(judge.on_rows(network, rows, outputs)))
    return replace(start, network=network, after=after, falling=falling)
