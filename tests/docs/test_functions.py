"""The page of functions says what the table says."""

from __future__ import annotations

from pathlib import Path

from scripts.functions_table import page

ROOT = Path(__file__).parents[2]


def test_the_page_is_that_of_the_table() -> None:
    text = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    assert text == page(), "run: python -m scripts.functions_table > docs/functions.md"
