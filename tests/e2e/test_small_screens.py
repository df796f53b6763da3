"""A phone, and a page at 200 %: formula first, panels as sheets, one at a time, and nothing that cannot be done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.test_keyboard import tab_to, walk_to_spline
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench, sample_button

PHONE = {"width": 390, "height": 844}
# A window of 1440 × 900 at 200 % has so many CSS pixels.
MAGNIFIED = {"width": 720, "height": 450}
FINGERTIP = 44
TABS = ("Inspector", "Train", "Data", "History")


def _pages(browser: Browser, *, phone: bool) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        viewport=PHONE if phone else MAGNIFIED,
        device_scale_factor=2,
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watch = Watch()
    context.on("page", watch.follow)
    yield context.new_page()
    complaints = watch.complaints()
    context.close()
    assert complaints == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from _pages(browser, phone=True)


@pytest.fixture
def magnified(browser: Browser) -> Iterator[Page]:
    yield from _pages(browser, phone=False)


def scrolls_sideways(page: Page) -> bool:
    """Whether the page, or a dialog's content, is wider than its room."""
    wider: bool = page.evaluate("""document.documentElement.scrollWidth > innerWidth
        || [...document.querySelectorAll('dialog, dialog .body')].some(each => each.scrollWidth > each.clientWidth + 1)""")
    return wider


def longer_than_window(page: Page) -> bool:
    """Whether the document itself scrolls, which leads to empty space: what is long scrolls within the page."""
    longer: bool = page.evaluate("document.documentElement.scrollHeight > innerHeight + 1")
    return longer


def expect_nothing_under_the_banner(page: Page) -> None:
    """The banner of an older revision has a line of its own, in sight, and the network ends above it."""
    banner = page.get_by_role("region", name="Looking at another revision").bounding_box()
    network = page.get_by_role("region", name="Network", exact=True).bounding_box()
    assert banner
    assert network
    assert network["y"] + network["height"] <= banner["y"] + 1
    assert network["height"] > 100
    expect(page.get_by_role("button", name="Back to the head")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Make this the head")).to_be_in_viewport()


def small_targets(page: Page) -> list[str]:
    """What is too small for a fingertip; plots of edges are in the table and under *Next edge* as well."""
    script = """least => [...document.querySelectorAll('button, select, summary, input')]
        .filter(each => !each.closest('svg') && !each.closest('.visually-hidden') && each.checkVisibility())
        .filter(each => !['range', 'checkbox', 'radio', 'file'].includes(each.type))
        .map(each => [each.textContent.trim() || each.getAttribute('aria-label'), each.getBoundingClientRect()])
        .filter(([, box]) => box.width < least || box.height < least)
        .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""
    small: list[str] = page.evaluate(script, FINGERTIP)
    return small


def open_sheet(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Panels").get_by_role("button", name=name).tap()
    expect(page.get_by_role("region", name=name, exact=True).first).to_be_visible()


def test_on_a_phone_the_toy_becomes_a_formula_by_touch(phone: Page, server: Serving) -> None:
    phone.goto(server.address)
    sample_button(phone).tap()
    bench = Workbench(phone, server)
    bench.expect_revision(0)
    formula = phone.get_by_role("region", name="Formula", exact=True)
    expect(formula).to_be_visible()

    open_sheet(phone, "Train")
    phone.get_by_role("button", name="Train Space").tap()
    bench.expect_revision(1)
    phone.get_by_role("button", name="Close Train").tap()
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "prune", "threshold": 0.05})
    bench.expect_revision(2)

    for number in (3, 4, 5):
        bench.edges("spline").first.tap()
        expect(phone.get_by_role("button", name="Close Inspector")).to_be_visible()
        expect(formula).to_be_in_viewport()
        bench.suggestions().first.tap()
        bench.expect_revision(number)
        phone.get_by_role("button", name="Close Inspector").tap()
    expect(phone.get_by_text("closed form")).to_be_visible()
    phone.get_by_role("button", name="Export").tap()
    phone.get_by_role("menuitem", name=re.compile("Copy SymPy")).tap()
    expect(phone.get_by_text("SymPy copied")).to_be_visible()
    assert "sin" in phone.evaluate("navigator.clipboard.readText()")
    assert not scrolls_sideways(phone)


def test_sheets_are_open_one_at_a_time_half_full_and_closed(phone: Page, server: Serving) -> None:
    Workbench.from_sample(phone, server)
    network = phone.get_by_role("region", name="Network", exact=True)
    for name in TABS:
        open_sheet(phone, name)
        expect(phone.get_by_role("button", name=re.compile("^Close (Inspector|Train|Data|History)$"))).to_have_count(1)
        expect(network).to_be_visible()
        assert violations(phone) == [], name
        assert small_targets(phone) == [], name
        assert not scrolls_sideways(phone), name
    phone.get_by_role("button", name="History over the whole screen").tap()
    expect(network).to_be_hidden()
    expect(phone.get_by_role("region", name="Formula", exact=True)).to_be_in_viewport()
    phone.get_by_role("button", name="History over half the screen").tap()
    expect(network).to_be_visible()
    phone.get_by_role("button", name="Close History").tap()
    expect(phone.get_by_role("button", name="Close History")).to_have_count(0)
    assert small_targets(phone) == []


def test_edges_are_reached_without_aiming_at_small_curves(phone: Page, server: Serving) -> None:
    Workbench.from_sample(phone, server)
    open_sheet(phone, "Inspector")
    phone.get_by_role("button", name="Next edge").tap()
    expect(phone.get_by_text("1 of 15", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Previous edge").tap()
    expect(phone.get_by_text("15 of 15", exact=True)).to_be_visible()


@pytest.mark.parametrize("phone_or_not", ["phone", "magnified"])
def test_nothing_is_under_the_banner_of_an_older_revision(
    request: pytest.FixtureRequest, server: Serving, phone_or_not: str
) -> None:
    page: Page = request.getfixturevalue(phone_or_not)
    bench = Workbench.from_sample(page, server)
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "train", "steps": 3})
    bench.expect_revision(1)
    page.get_by_role("navigation", name="Panels").get_by_role("button", name="History").click()
    row = page.get_by_role("button", name=re.compile("^Look at revision 0:"))
    before = row.bounding_box()
    bench.look_at(0)
    shown = page.get_by_role("button", name=re.compile("^Look at revision 0:")).bounding_box()
    expect_nothing_under_the_banner(page)
    assert violations(page) == []
    assert before
    assert shown
    for name in ("Train", "Inspector"):
        page.get_by_role("navigation", name="Panels").get_by_role("button", name=name).click()
        expect_nothing_under_the_banner(page)
    page.get_by_role("button", name="Close Inspector").click()
    for mode in ("Matrix", "Table", "Graph"):
        page.get_by_role("button", name=mode, exact=True).click()
        expect_nothing_under_the_banner(page)
        assert violations(page) == [], mode
        assert phone_or_not == "magnified" or small_targets(page) == [], mode
    page.get_by_role("button", name="Back to the head").click()
    bench.expect_revision(1)


def test_the_question_about_locked_edges_comes_into_sight(phone: Page, server: Serving) -> None:
    bench = Workbench.from_sample(phone, server)
    bench.edges("spline").first.tap()
    phone.get_by_role("button", name="Lock", exact=True).tap()
    bench.expect_revision(1)
    expect(phone.get_by_text("Unlock it to see what it could be.")).to_be_visible()
    phone.get_by_role("button", name="Close Inspector").tap()
    phone.get_by_role("button", name="Commands").tap()
    phone.keyboard.type("find formula")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("would not keep the locked edge")).to_be_in_viewport()


def test_the_threshold_is_wide_enough_for_a_finger_and_covers_no_plot(phone: Page, server: Serving) -> None:
    bench = Workbench.from_sample(phone, server)
    slider = phone.get_by_role("slider", name="Prune edges weaker than").bounding_box()
    assert slider
    assert slider["width"] > 2 * FINGERTIP
    bar = phone.get_by_role("button", name="Prune 0 edges").locator("xpath=..").bounding_box()
    assert bar
    for plot in bench.edges("spline").all():
        box = plot.bounding_box()
        assert box
        assert box["y"] + box["height"] <= bar["y"]


@pytest.mark.parametrize(
    "dialog",
    ["Keyboard", "Compare two revisions", "Merge with the head", "Share", "rows of the table"],
)
def test_dialogs_fit_a_phone(phone: Page, server: Serving, dialog: str) -> None:
    bench = Workbench.from_sample(phone, server)
    commands = {
        "Keyboard": "keyboard",
        "Compare two revisions": "compare",
        "rows of the table": "rows",
        "Merge with the head": "merge with a",
        "Share": "share",
    }
    if dialog in {"Compare two revisions", "Merge with the head"}:
        server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "train", "steps": 3})
        bench.expect_revision(1)
    if dialog == "Compare two revisions":
        open_sheet(phone, "History")
        phone.get_by_role("button", name="Compare").tap()
    else:
        phone.get_by_role("button", name="Commands").tap()
        phone.keyboard.type(commands[dialog])
        phone.keyboard.press("Enter")
    if dialog == "Merge with the head":
        # One long word, such as a revision's, is no wider than the dialog either.
        select = phone.get_by_role("dialog").get_by_role("combobox").bounding_box()
        assert select
        assert select["x"] + select["width"] <= PHONE["width"]
    box = phone.get_by_role("dialog").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"] + 1
    assert box["y"] + box["height"] <= PHONE["height"] + 1
    assert not scrolls_sideways(phone)
    assert violations(phone) == []


def test_the_start_page_fits_a_phone(phone: Page, server: Serving) -> None:
    phone.goto(server.address)
    expect(sample_button(phone)).to_be_visible()
    assert not scrolls_sideways(phone)
    assert not longer_than_window(phone)
    assert violations(phone) == []
    assert small_targets(phone) == []


def test_at_200_percent_the_toy_becomes_a_formula_by_keyboard_only(magnified: Page, server: Serving) -> None:
    page = magnified
    page.goto(server.address)
    expect(sample_button(page)).to_be_visible()
    tab_to(page, sample_button(page))
    page.keyboard.press("Enter")
    bench = Workbench(page, server)
    bench.expect_revision(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    bench.expect_revision(1)
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "prune", "threshold": 0.05})
    bench.expect_revision(2)

    for number in (3, 4, 5):
        page.keyboard.press("Escape")
        walk_to_spline(page, bench)
        expect(page.get_by_role("button", name="Close Inspector")).to_be_visible()
        expect(bench.suggestions().first).to_be_visible()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        bench.expect_revision(number)
    expect(page.get_by_text("closed form")).to_be_visible()
    assert violations(page) == []
    assert not scrolls_sideways(page)

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Close Inspector")).to_have_count(0)
    history = page.get_by_role("navigation", name="Panels").get_by_role("button", name="History")
    tab_to(page, history)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close History")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Close History")).to_have_count(0)
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.get_by_text("LaTeX copied")).to_be_visible()


@pytest.mark.parametrize("name", TABS)
def test_at_200_percent_every_panel_is_within_reach(magnified: Page, server: Serving, name: str) -> None:
    Workbench.from_sample(magnified, server)
    magnified.get_by_role("navigation", name="Panels").get_by_role("button", name=name).click()
    expect(magnified.get_by_role("button", name=f"Close {name}")).to_be_in_viewport()
    expect(magnified.get_by_role("region", name="Formula", exact=True)).to_be_in_viewport()
    assert violations(magnified) == []
    assert not scrolls_sideways(magnified)
