"""A person lets the program search, watches the front grow, and opens another formula of it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.workbench import Workbench

# The searches end by themselves or are stopped, so that a busy machine finds the same formulas.
BUDGET = 600
SEARCH_MS = 240_000
NOISY = "Boyle's air"


def formulas(page: Page) -> Locator:
    """The rows of the front that can be opened."""
    return page.get_by_role("table").get_by_role("button")


def search(page: Page) -> None:
    """Give the search time enough and wait until it has begun."""
    page.get_by_role("button", name="Time and seed of the search").click()
    page.get_by_role("spinbutton", name="Seconds").fill(str(BUDGET))
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Searching")).to_be_visible()


def expect_end_of_search(page: Page) -> None:
    """Wait for the kept front."""
    expect(page.get_by_role("heading", name="Formulas of the search")).to_be_visible(timeout=SEARCH_MS)
    expect(formulas(page).first).to_be_visible()


def test_another_formula_of_the_front_is_one_click_away_also_after_a_reload(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server, NOISY)
    search(page)
    expect_end_of_search(page)
    bench.expect_revision(1)
    assert formulas(page).count() > 1
    expect(formulas(page).and_(page.locator("[aria-current=true]"))).to_have_count(1)
    assert violations(page) == []

    formulas(page).and_(page.locator(":not([aria-current])")).first.click()
    bench.expect_revision(2)

    page.get_by_role("button", name="Undo").click()
    bench.expect_revision(1)
    page.reload()
    bench.expect_revision(1)
    expect_end_of_search(page)
    # What was taken before is not taken twice: its row leads to the revision it has become.
    formulas(page).filter(has_text="rev. 2").focus()
    expect(page.get_by_text("only looked at")).to_be_visible()
    page.keyboard.press("Enter")
    bench.expect_revision(2)


def test_a_running_search_can_be_stopped_at_a_formula(page: Page, server: Serving) -> None:
    Workbench.from_sample(page, server, "Damped oscillation")
    search(page)
    expect(formulas(page).first).to_be_visible(timeout=SEARCH_MS)
    expect(page.get_by_text("best so far")).to_be_visible()
    assert violations(page) == []
    cancel = page.get_by_role("button", name=re.compile("^(Cancel|Stop)"))
    expect(cancel).to_have_count(1)
    expect(cancel).to_have_attribute("title", re.compile("the best formula so far is taken"))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("paused").first).to_be_visible()

    formulas(page).first.click()
    expect(page.get_by_text("only looked at")).to_be_visible()
    page.get_by_role("button", name="Cancel and take this one").click()
    expect_end_of_search(page)
    expect(formulas(page).first).to_have_attribute("aria-current", "true")


def test_a_search_that_would_lose_a_locked_edge_asks_first(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server, "Adding velocities")
    edge = server.get(f"/sessions/{bench.session}")["network"]["edges"][0]["id"]
    action = {"kind": "lock", "edges": [edge], "locked": True}
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", action)
    bench.expect_revision(1)
    page.get_by_role("button", name="Find formula").click()
    asked = page.get_by_role("group", name="Time and seed of the search")
    expect(asked.get_by_role("alert")).to_have_text(re.compile("would not keep the locked edge"))
    assert violations(page) == [], "locked edges"
    asked.get_by_role("button", name="Search without it").click()
    bench.expect_revision(2)
    said = server.get(f"/sessions/{bench.session}")["revision"]["message"]
    assert "locked edges" in said
