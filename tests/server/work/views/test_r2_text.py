"""R² reads the same in reports, in messages, on the command line and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.work.views.r2_text import r2_figure, r2_text

ROOT = Path(__file__).resolve().parents[4]
CASES = json.loads((ROOT / "frontend/src/model/r2.cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "name", "text"), CASES)
def test_r2_is_named_for_what_the_number_is(value: float, name: str, text: str) -> None:
    figure = r2_figure(value)
    assert (figure.name, figure.value) == (name, text)


def test_a_sentence_has_name_and_number() -> None:
    assert r2_text(0.99998) == "R² 0.99998"
