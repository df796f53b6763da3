"""What a fit of a formula says: constants with errors, measures, and what follows from them on request."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2 as chi2_distribution

from kan_core.expression.tree import Exact, with_constants
from kan_core.expression.values import values_of
from kan_core.fitting.bands import Band, band_at
from kan_core.fitting.influence import Influence, influence_of
from kan_core.fitting.minimum import Minimum
from kan_core.fitting.model import Model
from kan_core.fitting.problem import Rows
from kan_core.fitting.profile import Profile, profiled
from kan_core.fitting.stopping import Stop, never

Array = NDArray[np.floating[Any]]
SigmaKind = Literal["none", "absolute", "relative"]
"""Whether standard deviations of the rows are known: not at all, as they are, or in their ratios only."""


@dataclass(frozen=True, slots=True)
class FittedConstant:
    """A constant after the fit.

    Attributes:
        name: as written; of one per category with the category, Vm[treated].
        value: fitted, or as given.
        standard_error: None when it is fixed, at a bound, or not determined by the rows.
        fixed: whether a person fixed it.
        at_bound: whether it ended at one of its bounds.
        same_as: the constant that it was tied to; empty when it stands for itself.
    """

    name: str
    value: float
    standard_error: float | None
    fixed: bool = False
    at_bound: bool = False
    same_as: str = ""


@dataclass(frozen=True, eq=False)
class FormulaFit:
    """A fitted formula.

    Attributes:
        model: as it was written.
        constants: in order of appearance.
        rss: Σ of squared weighted residuals.
        plain_rss: Σ of squared residuals without weights.
        rows: that were fitted.
        degrees_of_freedom: rows less free constants.
        r2: 1 - RSS/Σw(y - ȳ)² on the fitted rows; None for too few of them or a constant target.
        sigma: whether standard deviations of the rows are known.
        log_likelihood: of independent normal residuals; σ by maximum likelihood unless given. None without residual.
        correlation: (free, free) of the free constants in order.
        free: names of the free constants.
        converged: whether no constant can improve the fit any more.
        ended_early: whether it was told to stop before it was done.
        path: `rss` at the start and after each step that led to this minimum.
        notes: what a reader must know, in sentences.
    """

    model: Model
    constants: tuple[FittedConstant, ...]
    rss: float
    plain_rss: float
    rows: int
    degrees_of_freedom: int
    r2: float | None
    sigma: SigmaKind
    log_likelihood: float | None
    correlation: Array
    free: tuple[str, ...]
    converged: bool
    ended_early: bool
    path: tuple[float, ...]
    notes: tuple[str, ...]
    _minimum: Minimum = field(repr=False)

    @property
    def values(self) -> dict[str, float]:
        """Each constant's value."""
        return {constant.name: constant.value for constant in self.constants}

    @property
    def formula(self) -> str:
        """The right-hand side with the values in full digits."""
        return self.model.text(self.values)

    @property
    def aic(self) -> float | None:
        """2k - 2·log likelihood, with σ among the k parameters unless it was given (Akaike 1974)."""
        return None if self.log_likelihood is None else 2 * self._parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float | None:
        """k·log n - 2·log likelihood (Schwarz 1978)."""
        return None if self.log_likelihood is None else self._parameters * math.log(self.rows) - 2 * self.log_likelihood

    @property
    def chi2(self) -> float | None:
        """Σ(residual/σ)²; None unless σ is known as it is."""
        return self.rss if self.sigma == "absolute" else None

    @property
    def reduced_chi2(self) -> float | None:
        """χ² over degrees of freedom: 1 ± √(2/degrees of freedom) when formula and σ are right; None without absolute σ."""
        return None if self.chi2 is None or self.degrees_of_freedom <= 0 else self.chi2 / self.degrees_of_freedom

    @property
    def p(self) -> float | None:
        """Chance of a χ² at least as large when formula and σ are right; None without absolute σ."""
        if self.chi2 is None or self.degrees_of_freedom <= 0:
            return None
        return float(chi2_distribution.sf(self.chi2, self.degrees_of_freedom))

    @property
    def variance(self) -> float:
        """Of a row of weight 1: 1 where σ is known, else RSS over degrees of freedom; NaN when none are left."""
        return self._minimum.variance

    @property
    def fitted_rows(self) -> Rows:
        """The rows that counted, with the left side applied."""
        return self._minimum.posed.rows

    def predict(self, inputs: Array) -> Array:
        """(rows,) the right-hand side at other inputs; NaN for categories that no fitted row has."""
        given = np.asarray(inputs, dtype=np.float64)
        numbers = {name: Exact(value) for name, value in self.values.items()}
        return np.where(self.model.known(given), values_of(with_constants(self.model.right, numbers), given), np.nan)

    def band(self, inputs: Array, level: float = 0.95, sigma: Array | None = None) -> Band:
        """Where the curve and new rows are expected, in the unit of the left side.

        Args:
            inputs: (rows, inputs).
            level: chance that a band holds the curve, or a new row, at one of the inputs.
            sigma: (rows,) standard deviations of new rows, in the unit of the left side; absent: as large as those of the
                fitted rows on average.
        """
        given = np.asarray(inputs, dtype=np.float64)
        return band_at(self._minimum, given, level, sigma).only(self.model.known(given))

    def profile(self, name: str, level: float = 0.95, stop: Stop = never) -> Profile:
        """How the fit worsens when one constant is held elsewhere and all others are fitted again.

        Raises:
            KeyError: no free constant of that name.
        """
        return profiled(self._minimum, name, level, stop)

    @cached_property
    def influence(self) -> Influence:
        """Leverage, standardised residual and Cook's distance of each fitted row."""
        return influence_of(self._minimum)

    @property
    def leverage(self) -> Array:
        """(rows,) share of each row in its own fitted value, 0 … 1; their sum is the number of free constants."""
        return self.influence.leverage

    @property
    def _parameters(self) -> int:
        return len(self._minimum.moving) + (0 if self.sigma == "absolute" else 1)
