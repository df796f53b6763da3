"""Looking at an old revision is a view of one's own: it is in the address, reads only, and the head goes on behind it."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench


def test_an_old_revision_is_looked_at_while_the_head_stays(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.set_threshold(0.4)
    bench.press_button(re.compile(r"^Prune \d+ edges$"))
    pruned = bench.edges("spline").count()

    bench.look_at(1)
    banner = page.get_by_role("region", name="Looking at another revision")
    expect(banner.get_by_text(re.compile("You are looking at revision 1"))).to_be_visible()
    assert bench.edges("spline").count() == 15 > pruned
    assert violations(page) == [], "the banner"
    expect(page.get_by_role("button", name=re.compile("^Train"))).to_be_disabled()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.get_by_role("button", name=re.compile("^Train"))).to_have_attribute("title", re.compile("looking at revision 1"))

    # Questions are about what is shown, and accepting is not possible.
    bench.edges("spline").first.click()
    expect(bench.suggestions().first).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("x")
    page.keyboard.press("u")
    page.reload()
    bench.expect_looking(1)
    expect(bench.suggestions().first).to_be_visible()
    assert bench.edges("spline").count() == 15
    assert server.get(f"/sessions/{bench.session}")["revision"]["number"] == 2

    page.get_by_role("button", name="Back to the head").click()
    bench.expect_revision(2)
    expect(banner).to_have_count(0)
    page.go_back()
    bench.expect_looking(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    bench.expect_revision(2)

    bench.look_at(1)
    page.get_by_role("button", name="Make this the head").click()
    bench.expect_revision(1)
    expect(banner).to_have_count(0)
    assert "rev=" not in page.url


def test_the_head_goes_on_behind_a_revision_that_is_looked_at(
    page: Page, context: BrowserContext, watch: Watch, server: Serving
) -> None:
    here = Workbench.from_sample(page, server)
    here.train()
    here.look_at(0)
    formula = page.get_by_role("contentinfo").inner_text()

    there = Workbench(context.new_page(), server)
    there.page.goto(page.url.split("?")[0])
    there.expect_revision(1)
    there.press_button(re.compile("^Refit$"))
    expect(page.get_by_role("button", name=re.compile(r"Revision 2\. This is the head"))).to_be_visible()
    here.expect_looking(0)
    assert page.get_by_role("contentinfo").inner_text() == formula
    page.get_by_role("button", name="Back to the head").click()
    here.expect_revision(2)


def test_a_link_to_a_revision_that_is_gone_says_so(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    page.goto(f"{server.address}/s/{bench.session}?rev=r_never")
    expect(page.get_by_text("names a revision that this session does not have")).to_be_visible()
    page.get_by_role("button", name="Back to the head").click()
    bench.expect_revision(0)
