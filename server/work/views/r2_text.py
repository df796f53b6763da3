"""R² for people: one rule for reports, messages and the command line; `frontend/src/model/r2.ts` is its twin for the page.

`frontend/src/model/r2.cases.json` holds the cases by which both are tested.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# With more decimals nobody counts the nines: what is left to 1 is the number then, under its own name.
_MOST_DECIMALS = 7
# What a sum of squares leaves of 1 by rounding.
_ROUNDING = 1e-15


@dataclass(frozen=True)
class Figure:
    """A number and what it is called: R², or 1 - R² when R² is so near to 1 that only the rest tells anything."""

    name: str
    value: str


def r2_figure(value: float) -> Figure:
    """Two digits of what is missing to 1: `R² 0.61`, `R² 0.9987`, `R² 0.99998`, `1 - R² 2e-9`."""
    rest = 1 - value
    if rest <= _ROUNDING:
        return Figure("R²", "1")
    decimals = max(2, 1 - math.floor(math.log10(rest)))
    if decimals > _MOST_DECIMALS:
        mantissa, _, exponent = f"{rest:.1e}".partition("e")
        return Figure("1 − R²", f"{mantissa.removesuffix('.0')}e{int(exponent)}")
    whole, _, behind = f"{value:.{decimals}f}".partition(".")
    return Figure("R²", f"{whole}.{behind[:2]}{behind[2:].rstrip('0')}")


def r2_text(value: float) -> str:
    """The figure with its name."""
    figure = r2_figure(value)
    return f"{figure.name} {figure.value}"
