"""A slip in a function of one's own is told once, at its field, with its place; what was typed stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench


@pytest.mark.parametrize(
    ("typed", "said", "marked"),
    [
        ("bump(x) = x*exp(-y^2)", "'y' stands for nothing here", "y"),
        ("x*(", "the text ends too early", "␣"),
        ("sin(x) = x^^2", "a number, a name or a function is missing before '^'", "^"),
        ("exp(1)", "does not depend on x", None),
    ],
)
def test_a_slip_is_told_at_the_field_and_the_text_stays(
    page: Page, watch: Watch, server: Serving, typed: str, said: str, marked: str | None
) -> None:
    # The browser writes refused requests into its own console.
    watch.expect("Failed to load resource")
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.edges("spline").first.click()
    field = page.get_by_role("combobox", name=re.compile("Or type the name of a function"))
    # Enter comes before the answer to the preview does.
    field.fill(typed)
    page.keyboard.press("Enter")
    state = page.locator("#own-function-state")
    expect(state).to_contain_text(said)
    expect(field).to_have_value(typed)
    if marked is not None:
        expect(page.locator("mark")).to_have_text(marked)
    expect(page.get_by_role("region", name="Messages")).to_have_count(0)
    for words in ("422", "Unprocessable"):
        expect(page.get_by_text(words)).to_have_count(0)
    bench.expect_revision(1)

    field.fill("bump(x) = x*exp(-x^2)")
    expect(page.locator("mark")).to_have_count(0)
    expect(state).to_contain_text("Enter accepts")
    page.keyboard.press("Enter")
    bench.expect_revision(2)
    expect(field).to_have_value("")
