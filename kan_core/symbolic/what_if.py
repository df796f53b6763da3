"""What accepting a candidate would do to the whole model: the number a person sees before deciding.

An edge's own R² cannot tell cosh from x² on a short interval. Setting the candidate and refitting all other constants
and splines can: the right assignment falls by orders of magnitude, the wrong one stalls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kan_core.ids import EdgeId
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.symbolic.affine_fit import AffineFit
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.progress import rmse


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A candidate with its consequence.

    Attributes:
        fit: the candidate as fitted to the edge alone.
        test_rmse_before: held-out error of the network as it is.
        test_rmse_after: with the candidate on the edge and the rest refitted; infinity when it leaves its domain.
        network: the refitted network.
        alike: names of the functions that are the same on these rows, as far as anybody has compared (`alike.flat`).
    """

    fit: AffineFit
    test_rmse_before: float
    test_rmse_after: float
    network: Network
    alike: tuple[str, ...] = ()


def what_if(
    network: Network,
    split: Split,
    edge: EdgeId,
    fits: Sequence[AffineFit],
    steps: int = 15,
    objective: Objective | None = None,
) -> list[WhatIf]:
    """Try each candidate on `edge`, refit everything else for up to `steps` steps; the network itself does not change.

    Raises:
        EdgeError: no such edge, or it is locked.
    """
    loss = objective or SquaredLoss()
    before = rmse(network, split.test, loss)
    results: list[WhatIf] = []
    for fit in fits:
        candidate = set_symbolic(network, edge, fit.primitive, (fit.a, fit.b, fit.c, fit.d))
        refitted = candidate
        for progress in train(candidate, split, LevenbergMarquardtOptions(steps=steps, tolerance=1e-3, objective=loss)):
            refitted = progress.network
        results.append(WhatIf(fit, before, rmse(refitted, split.test, loss), refitted))
    return results
