"""Nothing on the screens keeps people out: no serious violation that axe can find, light and dark, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.test_own_table import give
from tests.e2e.workbench import Workbench, sample_button


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation_on_any_screen(page: Page, server: Serving, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(server.address)
    expect(sample_button(page)).to_be_visible()
    assert violations(page) == [], "start page"

    bench = Workbench.from_sample(page, server)
    assert violations(page) == [], "untrained"
    bench.train()
    assert violations(page) == [], "trained"
    bench.edges("spline").first.click()
    expect(bench.suggestions().first).to_be_visible()
    # Until the whole model was asked there is nothing to accept; axe must not look on while the button comes to life.
    expect(page.get_by_role("button", name=re.compile("^Accept "))).to_be_enabled()
    assert violations(page) == [], "edge selected"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 700)])
def test_nothing_is_cut_off_sideways(page: Page, server: Serving, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    bench = Workbench.from_sample(page, server)
    bench.train()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for name in ("Undo", "Export", "LaTeX"):
        expect(page.get_by_role("button", name=name).first).to_be_in_viewport()


def test_long_names_are_cut_to_their_room_and_read_out_whole(page: Page, server: Serving) -> None:
    names = ["temperature of the coolant at the inlet", "W" * 30, "flow_rate_in_litres_per_minute", "efficiency of the plant"]
    rows = [f"{n % 7},{n % 11},{n % 13},{n % 7 * (n % 11)}" for n in range(1, 90)]
    page.goto(server.address)
    give(page, "long.csv", "\n".join([",".join(names), *rows]))
    page.get_by_role("button", name="Start", exact=True).click()
    Workbench(page, server).expect_revision(0)
    area = page.get_by_role("region", name="Network", exact=True).bounding_box()
    for name in names:
        node = page.get_by_role("button", name=name).and_(page.locator("[data-node]"))
        expect(node).to_contain_text(name)
        box = node.bounding_box()
        assert area
        assert box
        assert area["x"] <= box["x"] <= box["x"] + box["width"] <= area["x"] + area["width"], name
    assert violations(page) == []
