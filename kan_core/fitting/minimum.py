"""A minimum with the problem it belongs to: what errors, bands, leverage and profiles are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.estimate import Estimated, estimated
from kan_core.fitting.problem import Posed

Array = NDArray[np.floating[Any]]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where a fit ended.

    Attributes:
        posed: formula and rows.
        values: (free,) of the free constants.
        low, high: (free,) their bounds.
        moving: places of those that are at no bound.
        rss: Σ of squared weighted residuals.
        known_sigma: whether residuals are in units of their standard deviations.
    """

    posed: Posed
    values: Array
    low: Array
    high: Array
    moving: Places
    rss: float
    known_sigma: bool

    @property
    def spare(self) -> int:
        """Degrees of freedom."""
        return len(self.posed.rows.target) - len(self.moving)

    @property
    def variance(self) -> float:
        """Of a row of weight 1; NaN when it cannot be known."""
        if self.known_sigma:
            return 1.0
        return self.rss / self.spare if self.spare > 0 else float("nan")

    @cached_property
    def linearised(self) -> tuple[Array, Array]:
        """Weighted residual and slopes by the moving constants."""
        residual, jacobian = self.posed.whole.linearised(self.values)
        return residual, jacobian[:, self.moving]

    @cached_property
    def estimated(self) -> Estimated | None:
        """What the rows say about the moving constants; None where slopes are not defined."""
        jacobian = self.linearised[1]
        return estimated(jacobian, self.variance) if np.isfinite(jacobian).all() else None
