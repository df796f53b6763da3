"""The whole way from the gallery to a closed formula with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.workbench import Workbench, sample_button

MOST_TABS = 80


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} tabs do not reach {wanted}")


def walk_to_spline(page: Page, bench: Workbench) -> None:
    """Walk the network with the arrows until a spline is selected."""
    selected = page.get_by_role("button", name=re.compile(" → "), pressed=True)
    for key in (
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
        "ArrowLeft",
        "ArrowUp",
        "ArrowUp",
    ):
        page.keyboard.press(key)
        if selected.count() and ", spline" in (selected.first.get_attribute("aria-label") or ""):
            return
    raise AssertionError("no spline was reached")


def test_the_toy_becomes_a_formula_by_keyboard_only(page: Page, server: Serving) -> None:
    page.goto(server.address)
    expect(sample_button(page)).to_be_visible()
    tab_to(page, sample_button(page))
    page.keyboard.press("Enter")
    bench = Workbench(page, server)
    bench.expect_revision(0)

    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    bench.expect_revision(1)
    tab_to(page, page.get_by_role("slider", name="Hide edges weaker than"))
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_role("button", name=re.compile(r"^Prune \d+ edges$")))
    page.keyboard.press("Enter")
    bench.expect_revision(2)

    for number in (3, 4, 5):
        page.keyboard.press("Escape")
        walk_to_spline(page, bench)
        expect(bench.suggestions().first).to_be_visible()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        bench.expect_revision(number)
    expect(page.get_by_text("closed form")).to_be_visible()

    page.keyboard.press("u")
    bench.expect_revision(4)
    page.keyboard.press("Shift+U")
    bench.expect_revision(5)
    page.keyboard.press("e")
    expect(page.get_by_role("menuitem", name=re.compile("LaTeX")).first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_focus_returns_to_where_a_field_or_a_panel_was_opened(page: Page, server: Serving) -> None:
    Workbench.from_sample(page, server)
    name = page.get_by_role("button", name=re.compile("^Toy: two inputs"))
    name.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the session")).to_be_focused()
    page.keyboard.press("Escape")
    expect(name).to_be_focused()

    note = page.get_by_role("button", name="Write a note on revision 0")
    note.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("before any training")
    page.keyboard.press("Enter")
    expect(note).to_be_focused()
    expect(page.get_by_text("before any training")).to_be_visible()

    share = page.get_by_role("button", name="Share")
    share.focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("start from")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="z =")).to_be_focused()
    page.keyboard.press("Escape")
    expect(share).to_be_focused()

    page.goto(server.address)
    page.get_by_role("button", name="Paste a table").click()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="Paste a table")).to_be_focused()
    forget = page.get_by_role("button", name=re.compile("^Delete Toy")).first
    forget.focus()
    page.keyboard.press("Enter")
    back = page.get_by_role("button", name=re.compile("^Bring back Toy"))
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(back).to_have_count(0)
    expect(forget).to_be_focused()
