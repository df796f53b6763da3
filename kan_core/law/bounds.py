"""Bounds of a law's constants: taken off, put on again, and kept to."""

from __future__ import annotations

import math
from dataclasses import replace

from kan_core.expression.law import Law


def without_bounds(law: Law) -> Law:
    """The law with all constants free to go anywhere, in whichever state they are."""
    return replace(law, constants=tuple(replace(each, low=-math.inf, high=math.inf) for each in law.constants))


def with_bounds_of(law: Law, other: Law) -> Law:
    """The law with the bounds that constants of the same names have in another."""
    ends = {each.name: (each.low, each.high) for each in other.constants}
    kept = [(each, ends.get(each.name, (each.low, each.high))) for each in law.constants]
    return replace(law, constants=tuple(replace(each, low=low, high=high) for each, (low, high) in kept))


def within_bounds(law: Law) -> Law:
    """The law with each constant at the nearest value that its bounds allow."""
    return law.with_values({each.name: min(max(each.value, each.low), each.high) for each in law.constants})
