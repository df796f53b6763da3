"""The part of a formula that a constant stands in."""

from __future__ import annotations

import pytest

from kan_core.expression.text import parse
from kan_core.law.places import place_of

COLUMNS = ["x", "y"]
WAVE = parse("a*sin(b*x + c) + d", COLUMNS, constants=True)


@pytest.mark.parametrize(("name", "place"), [("a", "a*sin(b*x + c)"), ("b", "b*x"), ("c", "sin(b*x + c)"), ("d", "d")])
def test_the_smallest_part_around_a_constant(name: str, place: str) -> None:
    assert place_of(WAVE, name) == parse(place, COLUMNS, constants=True)


def test_a_number_that_is_not_there_has_no_place() -> None:
    assert place_of(WAVE, "e") is None
