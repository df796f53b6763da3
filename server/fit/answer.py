"""The answer of `kanscope fit`: constants with their errors, and how good the fit is."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from kan_core.fitting.formula import FormulaFit
from kan_core.fitting.prices import Price
from kan_core.fitting.profile import Profile
from server.fit.request import FitRequest
from server.work.views.r2_text import r2_text


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the formula; `standard_error` is null when it is fixed, at a bound, or not determined.

    `low` and `high` end the interval of the profile likelihood where that was asked for; null where it is open.
    """

    name: str
    value: float
    standard_error: float | None
    fixed: bool
    at_bound: bool
    same_as: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    """Σr² (or χ²) above its least, in units of the variance, with one constant held and all others fitted again."""

    name: str
    level: float
    values: tuple[float, ...]
    above: tuple[float | None, ...]
    threshold: float | None
    low: float | None
    high: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """One value of a constant for all categories against one each."""

    name: str
    column: str
    rss_one: float
    rss_each: float
    constants_one: int
    constants_each: int
    aic_one: float | None
    aic_each: float | None


@dataclass(frozen=True, slots=True)
class FitAnswer:
    """What `--json` prints, field by field: `left` = `formula`."""

    left: str
    formula: str
    model: str
    constants: tuple[Constant, ...]
    rows: int
    rss: float
    plain_rss: float
    degrees_of_freedom: int
    r2: float | None
    chi2: float | None
    reduced_chi2: float | None
    p: float | None
    aic: float | None
    bic: float | None
    correlation: tuple[tuple[float | None, ...], ...]
    free: tuple[str, ...]
    converged: bool
    ended_early: bool
    profiles: tuple[ProfileAnswer, ...]
    prices: tuple[PriceAnswer, ...]
    notes: tuple[str, ...]
    seed: int
    short: str = ""

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(
            {name: value for name, value in asdict(self).items() if name != "short"}, ensure_ascii=False, allow_nan=False
        )

    def as_text(self) -> str:
        """For people: the formula, its constants with as many digits as their errors leave, and how good it is."""
        width = max((len(constant.name) for constant in self.constants), default=0)
        lines = [f"{self.left} = {self.short or self.formula}"]
        lines += ["", *(f"{constant.name:<{width}}  {_value(constant)}" for constant in self.constants)] if self.constants else []
        judged = [f"{self.rows} rows", f"{self.degrees_of_freedom} degrees of freedom", f"Σr² {self.rss:.5g}"]
        judged += [] if self.r2 is None else [f"{r2_text(self.r2)} on the fitted rows"]
        judged += [] if self.reduced_chi2 is None else [f"reduced χ² {self.reduced_chi2:.4g}"]
        judged += [] if self.p is None else [f"p {self.p:.2g}"]
        judged += [] if self.aic is None or self.bic is None else [f"AIC {self.aic:.5g}, BIC {self.bic:.5g}"]
        prices = [_price(price) for price in self.prices]
        profiled = [f"{profile.name}: {note}" for profile in self.profiles for note in profile.notes]
        return "\n".join([*lines, "", ", ".join(judged), *prices, *profiled, *self.notes])


def answer_from(
    fitted: FormulaFit, request: FitRequest, notes: tuple[str, ...], profiles: Sequence[Profile], prices: Sequence[Price]
) -> FitAnswer:
    """The fit as plain data; `notes` are those of the table."""
    ends = {profile.name: (profile.low, profile.high) for profile in profiles}
    return FitAnswer(
        left=fitted.model.left_text,
        formula=fitted.formula,
        model=request.model,
        constants=tuple(
            Constant(
                each.name,
                each.value,
                each.standard_error,
                each.fixed,
                each.at_bound,
                each.same_as or None,
                *ends.get(each.name, (None, None)),
            )
            for each in fitted.constants
        ),
        rows=fitted.rows,
        rss=fitted.rss,
        plain_rss=fitted.plain_rss,
        degrees_of_freedom=fitted.degrees_of_freedom,
        r2=fitted.r2,
        chi2=fitted.chi2,
        reduced_chi2=fitted.reduced_chi2,
        p=fitted.p,
        aic=fitted.aic,
        bic=fitted.bic,
        correlation=tuple(
            tuple(value if math.isfinite(value) else None for value in row) for row in np.asarray(fitted.correlation).tolist()
        ),
        free=fitted.free,
        converged=fitted.converged,
        ended_early=fitted.ended_early,
        profiles=tuple(_profile(profile) for profile in profiles),
        prices=tuple(_priced(price) for price in prices),
        notes=(*fitted.notes, *notes),
        seed=request.seed,
        short=fitted.model.short_text(fitted.values) if fitted.model.families else "",
    )


def _profile(profile: Profile) -> ProfileAnswer:
    values = tuple(profile.values.tolist())
    above = tuple(value if math.isfinite(value) else None for value in profile.above.tolist())
    threshold = profile.threshold if math.isfinite(profile.threshold) else None
    return ProfileAnswer(profile.name, profile.level, values, above, threshold, profile.low, profile.high, profile.notes)


def _priced(price: Price) -> PriceAnswer:
    one, each = price.one, price.each
    return PriceAnswer(price.name, price.column, one.rss, each.rss, len(one.free), len(each.free), one.aic, each.aic)


def _price(price: PriceAnswer) -> str:
    fewer = price.constants_each - price.constants_one
    told = "" if price.aic_one is None or price.aic_each is None else f" (AIC {price.aic_each:.5g} → {price.aic_one:.5g})"
    return (
        f"One {price.name} for all of {price.column} would cost Σr² {price.rss_each:.5g} → {price.rss_one:.5g}{told} for "
        f"{fewer} constant{'' if fewer == 1 else 's'} less."
    )


def _value(constant: Constant) -> str:
    """A value with its error and, where it was profiled, its interval."""
    text = _with_error(constant)
    text += "" if constant.same_as is None else f" (the same as {constant.same_as})"
    if constant.low is None and constant.high is None:
        return text
    low, high = ("open" if end is None else f"{end:.4g}" for end in (constant.low, constant.high))
    return f"{text}, 95 %: {low} … {high}"


def _with_error(constant: Constant) -> str:
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
