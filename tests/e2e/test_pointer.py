"""Nothing under the pointer moves because of the pointer, and nothing large is one stray click away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.workbench import Workbench

DRAG = 3
# Half a step of the slider, whose handle stands on whole steps.
ROUNDING = 2


def box_of(element: Locator) -> FloatRect:
    """Where an element is."""
    box = element.bounding_box()
    assert box is not None
    return box


def handle_of(slider: Locator) -> float:
    """The middle of the slider's handle, in pixels of the page."""
    box = box_of(slider)
    share = float(slider.evaluate("one => (one.valueAsNumber - one.min) / (one.max - one.min)"))
    # The handle stays inside the track.
    size = 14
    return box["x"] + size / 2 + share * (box["width"] - size)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_prune_slider_follows_the_pointer_and_prunes_nothing(page: Page, server: Serving, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    bench = Workbench.from_sample(page, server)
    bench.train()
    slider = page.get_by_role("slider", name="Prune edges weaker than")
    bar = slider.locator("xpath=..")
    prune = bar.get_by_role("button")
    parts = [bar, *bar.locator("> *").all()]
    before = [box_of(part) for part in parts]

    x, y = handle_of(slider), box_of(slider)["y"] + box_of(slider)["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    pointer = x
    for step in range(40):
        pointer = x + DRAG * (step + 1)
        page.mouse.move(pointer, y)
        assert abs(handle_of(slider) - pointer) <= DRAG + ROUNDING, f"after {step + 1} moves"
        assert [box_of(part) for part in parts] == before, f"after {step + 1} moves"
        if pointer > box_of(slider)["x"] + box_of(slider)["width"] - 10:
            break
    page.mouse.up()
    # Released far outside, the handle stays where it was, and nothing has been pruned.
    expect(prune).to_be_enabled()
    expect(prune).to_have_text(re.compile(r"Prune \d+ edges"))
    expect(bar.get_by_text(re.compile("error .* → "))).to_be_visible()
    assert [box_of(part) for part in parts] == before
    bench.expect_revision(1)

    page.keyboard.press("Home")
    expect(prune).to_be_disabled()
    assert [box_of(part) for part in parts] == before
    page.keyboard.press("End")
    expect(prune).to_be_enabled()
    assert [box_of(part) for part in parts] == before
    assert server.get(f"/sessions/{bench.session}")["revision"]["number"] == 1


def test_a_small_drag_moves_the_handle_a_little(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    slider = page.get_by_role("slider", name="Prune edges weaker than")
    bench.set_threshold(0.3)
    start = handle_of(slider)
    y = box_of(slider)["y"] + box_of(slider)["height"] / 2
    page.mouse.move(start, y)
    page.mouse.down()
    page.mouse.move(start + DRAG, y)
    page.mouse.up()
    assert 0 <= handle_of(slider) - start <= DRAG + ROUNDING
    bench.expect_revision(1)


def test_a_click_on_any_place_of_a_history_row_changes_nothing_for_anybody(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.press_button(re.compile("^Refit$"))
    row = page.get_by_role("button", name=re.compile("^Look at revision 1:"))
    dots = page.get_by_role("button", name="More for revision 1", exact=True)
    before = box_of(row)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        page.get_by_role("button", name=re.compile(r"This is the head\.$")).click()
        page.mouse.move(before["x"] + share * before["width"], before["y"] + before["height"] / 2)
        assert box_of(row) == before
        assert box_of(dots)["x"] >= before["x"] + before["width"] - 1, "the dots have a column of their own"
        page.mouse.down()
        page.mouse.up()
        bench.expect_looking(1)
        assert box_of(row) == before
    detail = server.get(f"/sessions/{bench.session}")
    assert (detail["revision"]["number"], len(detail["history"])) == (2, 3)


def test_merging_asks_with_which_and_shows_what_comes_of_it(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.press_button(re.compile("^Refit$"))
    bench.open_row_menu(1)
    page.get_by_role("menuitem", name="Merge with the head …").click()
    dialog = page.get_by_role("dialog", name="Merge with the head")
    expect(dialog.get_by_text("Becomes revision 3, the new head")).to_be_visible()
    expect(dialog.get_by_text(re.compile(r"^2 → 10 → 1, \d+ edges$"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    bench.expect_revision(2)

    bench.open_row_menu(1)
    page.get_by_role("menuitem", name="Merge with the head …").click()
    dialog.get_by_label("with").select_option(index=0)
    dialog.get_by_role("button", name="Merge revision 0 with the head").click()
    bench.expect_revision(3)
    expect(dialog).to_have_count(0)
    assert server.get(f"/sessions/{bench.session}")["network"]["shape"] == [2, 10, 1]
