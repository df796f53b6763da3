"""The answer of `kanscope fit`: constants with their errors, and how good the fit is."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass

import numpy as np

from kan_core.fitting.formula import FormulaFit
from server.fit.request import FitRequest
from server.work.views.r2_text import r2_text


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the formula; `standard_error` is null when it is fixed, at a bound, or not determined."""

    name: str
    value: float
    standard_error: float | None
    fixed: bool
    at_bound: bool


@dataclass(frozen=True, slots=True)
class FitAnswer:
    """What `--json` prints, field by field: `left` = `formula`."""

    left: str
    formula: str
    model: str
    constants: tuple[Constant, ...]
    rows: int
    rss: float
    degrees_of_freedom: int
    r2: float | None
    reduced_chi2: float | None
    aic: float | None
    bic: float | None
    correlation: tuple[tuple[float | None, ...], ...]
    free: tuple[str, ...]
    converged: bool
    notes: tuple[str, ...]
    seed: int

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)

    def as_text(self) -> str:
        """For people: the formula, its constants with as many digits as their errors leave, and how good it is."""
        width = max((len(constant.name) for constant in self.constants), default=0)
        lines = [f"{self.left} = {self.formula}"]
        lines += ["", *(f"{constant.name:<{width}}  {_value(constant)}" for constant in self.constants)] if self.constants else []
        judged = [f"{self.rows} rows", f"{self.degrees_of_freedom} degrees of freedom", f"Σr² {self.rss:.5g}"]
        judged += [] if self.r2 is None else [f"{r2_text(self.r2)} on the fitted rows"]
        judged += [] if self.reduced_chi2 is None else [f"reduced χ² {self.reduced_chi2:.4g}"]
        judged += [] if self.aic is None or self.bic is None else [f"AIC {self.aic:.5g}, BIC {self.bic:.5g}"]
        return "\n".join([*lines, "", ", ".join(judged), *self.notes])


def answer_from(fitted: FormulaFit, request: FitRequest, notes: tuple[str, ...]) -> FitAnswer:
    """The fit as plain data; `notes` are those of the table."""
    return FitAnswer(
        left=fitted.model.left_text,
        formula=fitted.formula,
        model=request.model,
        constants=tuple(
            Constant(each.name, each.value, each.standard_error, each.fixed, each.at_bound) for each in fitted.constants
        ),
        rows=fitted.rows,
        rss=fitted.rss,
        degrees_of_freedom=fitted.degrees_of_freedom,
        r2=fitted.r2,
        reduced_chi2=fitted.reduced_chi2,
        aic=fitted.aic,
        bic=fitted.bic,
        correlation=tuple(
            tuple(value if math.isfinite(value) else None for value in row) for row in np.asarray(fitted.correlation).tolist()
        ),
        free=fitted.free,
        converged=fitted.converged,
        notes=(*fitted.notes, *notes),
        seed=request.seed,
    )


def _value(constant: Constant) -> str:
    """A value with its error, to two digits of the error: 238.9 ± 2.7."""
    if constant.fixed:
        return f"{constant.value!r} (fixed)"
    if constant.standard_error is None:
        return f"{constant.value:.6g}" + (" (at its bound)" if constant.at_bound else " (no error bar)")
    if constant.standard_error == 0:
        return f"{constant.value!r} ± 0"
    exponent = math.floor(math.log10(constant.standard_error))
    size = math.floor(math.log10(abs(constant.value))) if constant.value else exponent
    # Beyond that powers of ten are shorter.
    if exponent > -9 and -4 < size < 7 and size - exponent < 15:
        digits = max(0, 1 - exponent)
        return f"{constant.value:.{digits}f} ± {constant.standard_error:.{digits}f}"
    # A double has no more.
    digits = min(max(1, size - exponent + 1), 16)
    return f"{constant.value:.{digits}e} ± {constant.standard_error:.1e}"
