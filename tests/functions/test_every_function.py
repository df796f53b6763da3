"""Each row of the table of functions, at each place where a function can be met."""

from __future__ import annotations

import pytest

from kan_core.expression.functions import FUNCTIONS, Function
from tests.functions.doors import DOORS


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_is_met_at_every_door(row: Function, door: str) -> None:
    DOORS[door](row)
