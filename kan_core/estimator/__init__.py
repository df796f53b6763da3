"""Networks and formula search as scikit-learn estimators; the only package of `kan_core` that needs scikit-learn.

`pip install kanscope[sklearn]` brings it. An estimator keeps plain data and network snapshots (bytes), so it can be cloned,
copied and stored by whatever the caller trusts.
"""

from __future__ import annotations

try:
    from kan_core.estimator.classifier import KANClassifier
    from kan_core.estimator.formula_regressor import FormulaRegressor
    from kan_core.estimator.pareto_point import ParetoPoint
    from kan_core.estimator.regressor import KANRegressor
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] != "sklearn":
        raise
    raise ModuleNotFoundError("The estimators need scikit-learn: pip install 'kanscope[sklearn]'.", name="sklearn") from error

__all__ = ["FormulaRegressor", "KANClassifier", "KANRegressor", "ParetoPoint"]
