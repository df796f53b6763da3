"""What it costs to give a constant one value for all categories, and what it gains to give it one each: both are fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kan_core.errors import KanError
from kan_core.fitting.formula import fit_rows
from kan_core.fitting.model import Model, Setting
from kan_core.fitting.result import FormulaFit
from kan_core.fitting.stopping import Stop, never


@dataclass(frozen=True, eq=False)
class Price:
    """One value against one each.

    Attributes:
        name: of the constant.
        column: of categories.
        now: how the formula has it.
        one, each: both fits.
    """

    name: str
    column: str
    now: Literal["one", "each"]
    one: FormulaFit
    each: FormulaFit

    @property
    def called_for(self) -> bool | None:
        """Whether one value each has the lower AIC; None where there is none."""
        return None if self.one.aic is None or self.each.aic is None else self.each.aic < self.one.aic


def price_of(
    fitted: FormulaFit, name: str, column: str, settings: Mapping[str, Setting] | None = None, stop: Stop = never
) -> Price | None:
    """The price of a constant's other way; None when it cannot be fitted, not in time, or is no other way (ties).

    Args:
        fitted: the formula as it is.
        name: of the constant, without brackets.
        column: that it has, or would have, one value per category of.
        settings: as the fit had them; bounds and ties of the other constants hold.
        stop: asked between steps.
    """
    model, rows = fitted.model, fitted.fitted_rows
    has = any(each.name == name for each in model.families)
    best: FormulaFit | None = None
    try:
        other = model.merged(name) if has else model.parted(name, column, rows.inputs)
        for start in _starts(fitted, name, other):
            trial = _settings(fitted, settings or {}, name)
            trial |= {key: Setting(start) for key in other.names if key.partition("[")[0] == name}
            made = fit_rows(other, rows, trial, fitted.sigma, anywhere=False, stop=stop)
            best = made if best is None or made.rss < best.rss else best
    except KanError:
        return None
    if best is None or best.ended_early or len(best.free) == len(fitted.free):
        return None
    return Price(name, column, "each", best, fitted) if has else Price(name, column, "one", fitted, best)


def _settings(fitted: FormulaFit, settings: Mapping[str, Setting], name: str) -> dict[str, Setting]:
    """What was said of the other constants, each beginning where it ended."""
    made: dict[str, Setting] = {}
    for key, value in fitted.values.items():
        base = key.partition("[")[0]
        if base != name:
            said = settings.get(key, settings.get(base, Setting()))
            made[key] = said if said.same_as is not None else Setting(value, said.low, said.high, said.fixed)
    return made


def _starts(fitted: FormulaFit, name: str, other: Model) -> list[float]:
    """Where the constant's other way begins: at its value, or at the mean and the ends of those of the categories."""
    own = [value for key, value in fitted.values.items() if key.partition("[")[0] == name]
    return [float(np.mean(own))] if name not in other.names else sorted({float(np.mean(own)), min(own), max(own)})
