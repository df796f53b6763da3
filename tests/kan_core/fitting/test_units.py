"""Units of constants follow from those of the columns where the formula leaves only one."""

from __future__ import annotations

import pytest

from kan_core.expression.text import parse
from kan_core.expression.tree import constants_of
from kan_core.fitting.scales import natural_units


@pytest.mark.parametrize(
    ("formula", "units", "wanted"),
    [
        ("Vm*c/(K + c)", ["ppm", "1/min"], {"Vm": "1/min", "K": "ppm"}),
        ("A*exp(-k*c) + B", ["s", "mV"], {"A": "mV", "k": "1/s", "B": "mV"}),
        ("a + b*c^2", ["s", "m"], {"a": "m", "b": "s^-2·m"}),
        ("a*b*c", ["s", "m"], {}),
        ("A*c^n", ["s", "m"], {}),
        ("A*sin(w*c + p)", ["s", None], {"w": "1/s"}),
        ("a/(c*c)", ["m/s", "N"], {"a": "(m/s)^2·N"}),
        ("sqrt(a + c)*a", ["m", "kg"], {}),
        ("3*c", ["m", "kg"], {}),
    ],
)
def test_the_unit_is_what_the_columns_leave(formula: str, units: list[str | None], wanted: dict[str, str]) -> None:
    tree = parse(formula, ["c"], constants=True)
    assert natural_units(tree, units, constants_of(tree)) == wanted
