"""`FormulaRegressor`: a formula of one's own, whose constants are fitted, in the manner of scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Literal, Self, overload

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from kan_core.errors import KanError
from kan_core.estimator.validation import Array, column_names, rows_to_judge, rows_to_learn, seed_of, weights_of
from kan_core.fitting.formula import FormulaFit, Setting, fit_formula, read_model


class FormulaRegressor(RegressorMixin, BaseEstimator):
    """Fits the constants of a formula that a person wrote; its form stays as it is.

    Names in the formula that are neither columns, functions nor known numbers are constants. Start values are searched for
    where none are given.

    Args:
        formula: such as "b1*(1 - exp(-b2*x))", over the columns of the table, or x0, x1, … for an array; None is a plane
            through all columns, c0 + c1*x0 + c2*x1 + ….
        start: values to begin with, by name.
        bounds: (low, high) of some constants, by name.
        fixed: values of constants that are not fitted, by name.
        tied: constants that are the same as others: {"K[1]": "K[0]"}.
        per: column by the name of a constant that has one value for each of its whole numbers; Vm[state] in the formula says the
            same. Its constants are called Vm[0], Vm[1], ….
        random_state: of the search for starts.

    Attributes:
        fit_: the whole result: constants with standard errors, correlation, RSS, AIC, BIC, notes (`kan_core.fitting.formula`).
        constants_: values by name.
        formula_: the formula with the values in full digits.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn.

    Examples:
        >>> import numpy as np
        >>> x = np.linspace(0, 4, 30)[:, None]
        >>> law = FormulaRegressor("A*exp(-x0/tau)").fit(x, 3 * np.exp(-x[:, 0] / 2))
        >>> {name: round(value, 9) for name, value in law.constants_.items()}
        {'A': 3.0, 'tau': 2.0}
    """

    def __init__(
        self,
        formula: str | None = None,
        *,
        start: Mapping[str, float] | None = None,
        bounds: Mapping[str, tuple[float, float]] | None = None,
        fixed: Mapping[str, float] | None = None,
        tied: Mapping[str, str] | None = None,
        per: Mapping[str, str] | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.formula = formula
        self.start = start
        self.bounds = bounds
        self.fixed = fixed
        self.tied = tied
        self.per = per
        self.random_state = random_state

    def fit(self, X: object, y: object, sample_weight: object = None) -> Self:
        """Fit to all rows.

        Args:
            X: (rows, inputs) array or data frame.
            y: (rows,).
            sample_weight: (rows,) ≥ 0, relative.

        Raises:
            ValueError: in scikit-learn's words, or what is wrong with the formula and its constants.
        """
        target = str(getattr(y, "name", None) or "y")
        inputs, values = rows_to_learn(self, X, y, numeric=True)
        try:
            names = column_names(self)
            model = read_model(_plane(names) if self.formula is None else self.formula, names, target, per=self.per)
            weights = weights_of(sample_weight, inputs)
            self.fit_ = fit_formula(model, inputs, values, self._settings(), weights=weights, seed=seed_of(self.random_state))
        except KanError as error:
            raise ValueError(str(error)) from error
        self.constants_, self.formula_ = self.fit_.values, self.fit_.formula
        if not self.fit_.converged:
            warnings.warn(" ".join(self.fit_.notes), ConvergenceWarning, stacklevel=2)
        return self

    @overload
    def predict(self, X: object) -> Array: ...
    @overload
    def predict(self, X: object, *, return_std: Literal[True]) -> tuple[Array, Array]: ...
    def predict(self, X: object, *, return_std: bool = False) -> Array | tuple[Array, Array]:
        """The right-hand side of the formula; NaN where it is not defined, and for categories that no fitted row has.

        Args:
            X: (rows, inputs).
            return_std: whether the standard deviation of the curve is given as well; `fit_.band` has that of new rows.

        Returns:
            (rows,) values, with `return_std` also (rows,) standard deviations.
        """
        check_is_fitted(self)
        fitted: FormulaFit = self.fit_
        inputs = rows_to_judge(self, X)
        values = np.asarray(fitted.predict(inputs), dtype=np.float64)
        return (values, np.asarray(fitted.band(inputs).deviation, dtype=np.float64)) if return_std else values

    def _settings(self) -> dict[str, Setting]:
        start, bounds, fixed, tied = (
            dict(self.start or {}),
            dict(self.bounds or {}),
            dict(self.fixed or {}),
            dict(self.tied or {}),
        )
        made: dict[str, Setting] = {}
        for name in dict.fromkeys((*start, *bounds, *fixed, *tied)):
            low, high = bounds.get(name, (-np.inf, np.inf))
            made[name] = Setting(fixed.get(name, start.get(name)), low, high, name in fixed, tied.get(name))
        return made


def _plane(names: list[str]) -> str:
    """A constant and a multiple of each column."""
    free = (f"c{place}" for place in range(2 * len(names) + 1) if f"c{place}" not in names)
    return " + ".join([next(free), *(f"{next(free)}*`{name}`" for name in names)])
