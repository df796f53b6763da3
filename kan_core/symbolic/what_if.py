"""What accepting a candidate would do to the whole model: the number a person sees before deciding.

An edge's own R² cannot tell cosh from x² on a short interval. Setting the candidate and refitting all other constants
and splines can: the right assignment falls by orders of magnitude, the wrong one stalls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kan_core.evidence.validation import judged_error, rows_of_law
from kan_core.ids import EdgeId
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.symbolic.affine_fit import AffineFit
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import Objective, SquaredLoss, held_back, is_classification

Measure = Literal["rmse", "cross_entropy"]
"""What an error is: in the unit of the targets, or of classes the mean of -log of the right one's probability."""


@dataclass(frozen=True, eq=False)
class Judge:
    """By what candidates are refitted and judged.

    Attributes:
        objective: of the refits; it says which error judges.
    """

    objective: Objective = field(default_factory=SquaredLoss)

    @property
    def measure(self) -> Measure:
        """Name of the error."""
        return "cross_entropy" if is_classification(self.objective) else "rmse"

    def error(self, network: Network, split: Split) -> float:
        """On the rows that judge, or cross-validated."""
        return judged_error(network, split, self.objective)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A candidate with its consequence.

    Attributes:
        fit: the candidate as fitted to the edge alone.
        error_before: held-out error of the network as it is.
        error_after: with the candidate on the edge and the rest refitted; infinity when it leaves its domain.
        network: the refitted network.
        measure: what the errors are.
        rows: that judged.
        alike: names of the functions that are the same on these rows, as far as anybody has compared (`alike.flat`).
    """

    fit: AffineFit
    error_before: float
    error_after: float
    network: Network
    measure: Measure = "rmse"
    rows: int = 0
    alike: tuple[str, ...] = ()


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
    options = LevenbergMarquardtOptions(
        steps=steps,
        tolerance=1e-3,
        objective=judge.objective,
        sparsity=held_back(judge.objective),
    )
    before = judge.error(network, split)
    results: list[WhatIf] = []
    for fit in fits:
        refitted = set_symbolic(network, edge, fit.primitive, (fit.a, fit.b, fit.c, fit.d))
        # The last spline gone, all rows fit and judge: so the candidate is seen as it would be accepted.
        rows = rows_of_law(refitted, split)
        for progress in train(refitted, rows, options):
            refitted = progress.network
        after = judge.error(refitted, rows)
        results.append(WhatIf(fit, before, after, refitted, judge.measure, rows.test.rows))
    return results
