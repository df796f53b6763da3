"""Two tabs on one session fold the same events and therefore show the same."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from scripts.serving import Serving
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

FRAMES = 300


def test_two_tabs_on_one_session_stay_equal(page: Page, context: BrowserContext, watch: Watch, server: Serving) -> None:
    here = Workbench.from_sample(page, server)
    there = Workbench(context.new_page(), server)
    there.page.goto(page.url)
    expect(page.get_by_text("One other browser has this session open")).to_be_attached()

    here.train()
    there.expect_revision(1)
    there.set_threshold(0.4)
    there.press_button(re.compile(r"^Prune \d+ edges$"))
    here.expect_revision(2)
    _expect_equal(here, there)

    here.page.get_by_role("button", name="Undo").click()
    there.expect_revision(1)
    here.expect_revision(1)
    _expect_equal(here, there)

    there.page.get_by_role("button", name="Redo").click()
    here.expect_revision(2)
    there.expect_revision(2)
    _expect_equal(here, there)


def _expect_equal(here: Workbench, there: Workbench) -> None:
    """Equal within some frames: each tab draws when it comes to it."""
    for _ in range(FRAMES):
        if _seen(here) == _seen(there):
            return
        for bench in (here, there):
            bench.page.evaluate("new Promise(requestAnimationFrame)")
    assert _seen(here) == _seen(there)


def _seen(bench: Workbench) -> list[str]:
    """Edges, history and formula in words."""
    network = bench.page.get_by_role("button", name=re.compile(" → .*importance|^Jump to|This is the head"))
    formula = bench.page.get_by_role("contentinfo").inner_text()
    return [*network.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"), formula]
