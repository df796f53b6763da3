"""Two tabs on one session fold the same events and therefore show the same; who moves the head for both is named."""

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

    here.page.get_by_role("banner").get_by_role("button", name="Undo").click()
    there.expect_revision(1)
    here.expect_revision(1)
    _expect_equal(here, there)

    there.page.get_by_role("button", name="Redo").click()
    here.expect_revision(2)
    there.expect_revision(2)
    _expect_equal(here, there)


def test_looking_is_private_and_moving_the_head_is_announced_and_can_be_taken_back(
    page: Page, context: BrowserContext, watch: Watch, server: Serving
) -> None:
    here = Workbench.from_sample(page, server)
    _take_name(here, "Ada")
    there = Workbench(context.new_page(), server)
    there.page.goto(page.url)
    _take_name(there, "Bob <b>")
    here.train()
    there.expect_revision(1)
    expect(there.page.get_by_text(re.compile("Ada made “train.*”, now revision 1"))).to_be_visible()

    # Bob looks: Ada is not told and stays where she is.
    there.look_at(0)
    here.expect_revision(1)
    there.page.get_by_role("button", name="Back to the head").click()

    # Bob undoes what Ada has made: his page names her, hers names him and takes it back.
    undo = there.page.get_by_role("banner").get_by_role("button", name="Undo")
    expect(undo).to_have_attribute("title", re.compile("Undo Ada’s “train.*” for everybody"))
    undo.click()
    here.expect_revision(0)
    expect(there.page.get_by_text(re.compile("You undid Ada’s “train.*”: revision 0 is the head"))).to_be_visible()
    told = page.get_by_text("Bob <b> undid Ada’s “train", exact=False)
    expect(told).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    here.expect_revision(1)
    there.expect_revision(1)
    expect(there.page.get_by_text("Ada moved the head from revision 0 to revision 1")).to_be_visible()

    by = [row["by"] for row in server.get(f"/sessions/{here.session}")["history"]]
    assert by[1] == "Ada"
    expect(there.page.get_by_role("button", name=re.compile(r"by Ada .*Revision 1\. This is the head"))).to_be_visible()


def _take_name(bench: Workbench, name: str) -> None:
    """Through the page, as a person does."""
    bench.page.get_by_role("button", name=re.compile("Change your name")).click()
    bench.page.get_by_role("textbox", name=re.compile("Others in a session see it")).fill(name)
    bench.page.get_by_role("button", name="Keep").click()
    expect(bench.page.get_by_role("button", name=re.compile(rf"you are {re.escape(name)}\. Change your name"))).to_be_visible()


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
    network = bench.page.get_by_role("button", name=re.compile(" → .*importance|^Look at|This is the head"))
    formula = bench.page.get_by_role("contentinfo").inner_text()
    return [*network.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"), formula]
