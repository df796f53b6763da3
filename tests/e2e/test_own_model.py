"""A law of one's own: written, slid, fitted and taken, with what is wrong said at its place."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.test_editing import run_command
from tests.e2e.test_keyboard import tab_to
from tests.e2e.test_own_table import give
from tests.e2e.test_small_screens import PHONE, longer_than_window, scrolls_sideways, small_targets
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

# Adsorbed volume against pressure: b1 = 240, b2 = 5.5e-4, with errors of about 0.1 that are none at random.
PRESSURES = (77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760)
ERRORS = (0.1, -0.08, 0.02, -0.11, 0.09, 0.06, -0.05, 0.12, -0.09, -0.03, 0.04, 0.07, -0.12, 0.05)
LAW = "b1*(1 - exp(-b2*x))"
# Treated and untreated cells, after Treloar (1974): rate of a reaction against the concentration, with its deviation.
TREATED = ((0.02, 76), (0.02, 47), (0.06, 97), (0.06, 107), (0.11, 123), (0.11, 139), (0.22, 159), (0.56, 191), (1.1, 207))
UNTREATED = ((0.02, 67), (0.02, 51), (0.06, 84), (0.06, 86), (0.11, 98), (0.11, 115), (0.22, 131), (0.56, 144), (1.1, 160))
MOVES = 50


def adsorption() -> str:
    rows = [f"{x},{240 * (1 - math.exp(-5.5e-4 * x)) + error:.5f}" for x, error in zip(PRESSURES, ERRORS, strict=True)]
    return "\n".join(["x,y", *rows]) + "\n"


def reaction() -> str:
    def lines(state: str, rows: Sequence[tuple[float, int]]) -> list[str]:
        return [f"{conc},{state},{rate},{6 + rate // 30}" for conc, rate in rows]

    return "\n".join(["conc,state,rate,s_rate", *lines("treated", TREATED), *lines("untreated", UNTREATED)]) + "\n"


def open_table(page: Page, server: Serving, content: str, inputs: list[str], target: str) -> Workbench:
    """A new session on a table."""
    table = {"name": "table.csv", "mimeType": "text/csv", "buffer": content.encode()}
    answer: Any = page.request.post(f"{server.address}/api/v1/datasets", multipart={"file": table}).json()
    body = {"dataset": answer["id"], "inputs": inputs, "targets": [target]}
    page.goto(f"{server.address}/s/{server.request('POST', '/sessions', body)['id']}")
    bench = Workbench(page, server)
    bench.expect_revision(0)
    return bench


def draft_of(page: Page, law: str, target: str = "y") -> Locator:
    """Open a draft from the formula bar and write."""
    page.get_by_role("button", name="Start from a formula …").click()
    field = page.get_by_role("textbox", name=f"{target} =")
    expect(field).to_be_focused()
    field.fill(law)
    return field


def value_of(page: Page, constant: str) -> float:
    return float(page.get_by_label(f"Value of {constant}", exact=True).input_value())


def test_a_law_is_written_slid_fitted_and_taken_and_keeps_its_form(page: Page, server: Serving) -> None:
    bench = open_table(page, server, adsorption(), ["x"], "y")
    draft_of(page, LAW)
    expect(page.get_by_text("2 to fit")).to_be_visible()
    assert violations(page) == [], "before a fit"

    slider = page.get_by_role("slider", name="b1, by slider")
    box = slider.bounding_box()
    assert box
    curve = page.locator("path[data-curve]")
    before = curve.get_attribute("d")
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    expect(curve).not_to_have_attribute("d", before or "")

    page.get_by_role("button", name="Fit").click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_text("converged", exact=True)).to_be_visible()
    # Held against the certified way of NIST's Misra1a in tests/kan_core; here: near what the rows were made with.
    assert value_of(page, "b1") == pytest.approx(240, rel=0.05)
    expect(page.get_by_role("group", name="b1").get_by_text(re.compile(r"^± [\d.]+"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile(r"^RSS fell from .* to .* in \d+ steps?$"))).to_be_visible()
    expect(page.get_by_text("confidence 95 %")).to_be_visible()
    expect(result.get_by_text("reduced χ²")).to_have_count(0)
    assert violations(page) == [], "after a fit"

    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(result.get_by_text("moved by hand")).to_be_visible()
    expect(page.get_by_text("confidence 95 %")).to_have_count(0)
    assert violations(page) == [], "moved by hand"
    page.keyboard.press("Enter")
    expect(result.get_by_text("converged", exact=True)).to_be_visible()
    fitted = value_of(page, "b1")

    result.get_by_role("button", name="Work them out").click()
    expect(result.get_by_role("img", name=re.compile(r"^b1 from \d.* to \d"))).to_be_visible()
    result.get_by_role("button", name="Leverage of rows").click()
    expect(result.get_by_role("region", name="Leverage of rows").get_by_role("row")).to_have_count(len(PRESSURES) + 1)
    assert violations(page) == [], "profiles and leverage"

    page.get_by_role("button", name="Make this the law").click()
    bench.expect_revision(1)
    expect(page.get_by_text("closed form")).to_be_visible()
    page.get_by_role("button", name="Refit constants").click()
    bench.expect_revision(2)
    formula: str = server.get(f"/sessions/{bench.session}")["revision"]["formula"]["sympy"]
    # b1 wherever it stands: b1*(1 - exp(-b2*x)), or multiplied out; nothing was added, and none of it was freed.
    plateau = {round(float(found), 6) for found in re.findall(r"\d+\.\d{3,}(?:e[+-]?\d+)?", formula) if float(found) > 1}
    assert len(plateau) == 1, formula
    # Which rows judge is another matter: the refit sees those of training only, so it may move by an error bar.
    assert plateau.pop() == pytest.approx(fitted, rel=2e-2)


def test_what_is_wrong_is_said_at_its_place_and_the_last_curve_stays(page: Page, server: Serving) -> None:
    open_table(page, server, adsorption(), ["x"], "y")
    field = draft_of(page, LAW)
    expect(page.locator("path[data-curve]")).to_have_count(1)
    field.fill("b1*(1 - sine(b2*x))")
    expect(page.get_by_text(re.compile(r"^Position 9: .*sine"))).to_be_visible()
    expect(page.locator("path[data-curve]")).to_have_count(1)
    expect(page.get_by_role("button", name="Make this the law")).to_be_disabled()
    page.get_by_role("button", name="Go there").click()
    assert field.evaluate("field => field.selectionStart") == 8
    assert violations(page) == []
    field.fill("")
    expect(page.get_by_label("Rows of the table")).to_have_count(0)
    expect(page.locator("path[data-curve]")).to_have_count(0)


def test_a_value_per_category_is_one_setting_in_text_and_panel_with_its_price(page: Page, server: Serving) -> None:
    open_table(page, server, reaction(), ["conc"], "rate")
    field = draft_of(page, "", "rate")
    page.get_by_role("button", name="Michaelis–Menten").click()
    expect(field).to_have_value("Vm*conc/(K + conc)")
    page.get_by_label("σ of rate").select_option("s_rate")
    expect(page.get_by_label("Vm: one value per category")).to_be_visible()
    page.get_by_label("Vm: one value per category").check()
    expect(field).to_have_value("Vm[state]*conc/(K + conc)")
    page.get_by_role("button", name="Fit").click()

    result = page.get_by_role("region", name="Result")
    expect(result.get_by_text("reduced χ²")).to_be_visible()
    assert value_of(page, "Vm[treated]") > value_of(page, "Vm[untreated]")
    expect(page.locator("path[data-curve]")).to_have_count(2)
    expect(page.get_by_text(re.compile(r"^One value for both would cost χ² .* for 1 constant less\.$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^One each would gain χ² .* for 1 constant more"))).to_be_visible()
    assert violations(page) == []

    result.get_by_role("button", name="Use ratios").click()
    expect(result.get_by_text(re.compile("in its ratios"))).to_be_visible()
    expect(result.get_by_text("reduced χ²")).to_have_count(0)
    field.fill("Vm*conc/(K + conc)")
    expect(page.get_by_label("Vm: one value per category")).not_to_be_checked()


def test_a_column_of_text_becomes_an_input_so_that_a_law_with_a_value_per_category_can_be_taken(
    page: Page, server: Serving
) -> None:
    page.goto(server.address)
    give(page, "reaction.csv", reaction())
    for column, role in (("state", "Input"), ("rate", "Target"), ("s_rate", "Ignore")):
        page.get_by_role("group", name=f"Role of {column}").get_by_text(role, exact=True).click()
    page.get_by_role("button", name="Start", exact=True).click()
    bench = Workbench(page, server)
    bench.expect_revision(0)
    draft_of(page, "Vm[state]*conc/(K + conc)", "rate")
    expect(page.get_by_text("3 to fit")).to_be_visible()
    page.get_by_role("button", name="Fit").click()
    expect(page.get_by_role("region", name="Result").get_by_text("converged", exact=True)).to_be_visible()
    page.get_by_role("button", name="Make this the law").click()
    bench.expect_revision(1)
    page.get_by_role("button", name="Undo").click()
    bench.expect_revision(0)


def test_the_way_from_start_to_law_is_walked_by_keyboard_only(page: Page, server: Serving) -> None:
    bench = open_table(page, server, adsorption(), ["x"], "y")
    run_command(page, "start from")
    expect(page.get_by_role("textbox", name="y =")).to_be_focused()
    page.keyboard.type(LAW)
    expect(page.get_by_text("2 to fit")).to_be_visible()
    page.keyboard.press("Enter")
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_text("converged", exact=True)).to_be_visible()
    tab_to(page, page.get_by_label("Upper bound of b1"))
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="b1").get_by_text("at its bound")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="b1").get_by_text(re.compile(r"^± "))).to_be_visible()
    tab_to(page, page.get_by_role("checkbox", name="Fix b1"))
    page.keyboard.press("Space")
    expect(page.get_by_text("1 to fit")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("2 to fit")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="y =")).to_have_count(0)
    bench.expect_revision(0)
    run_command(page, "start from")
    expect(page.get_by_role("textbox", name="y =")).to_have_value(LAW)
    page.keyboard.press("Control+Enter")
    bench.expect_revision(1)


def test_a_formula_of_several_columns_is_drawn_along_one_of_them(page: Page, server: Serving) -> None:
    Workbench.from_sample(page, server)
    draft_of(page, "exp(a*sin(pi*x) + b*y^2)", "z")
    expect(page.get_by_label("drawn against")).to_have_value("x")
    curve = page.locator("path[data-curve]")
    before = curve.get_attribute("d")
    page.get_by_label("y along the curve", exact=True).fill("0.9")
    expect(curve).not_to_have_attribute("d", before or "")
    page.get_by_label("drawn against").select_option("y")
    expect(page.get_by_label("x along the curve", exact=True)).to_be_visible()
    page.get_by_label("Residuals against").select_option(label="predicted z")
    page.get_by_role("button", name="Fit").click()
    expect(page.get_by_role("region", name="Result").get_by_text("converged", exact=True)).to_be_visible()
    assert value_of(page, "a") == pytest.approx(1, rel=1e-2)
    assert violations(page) == []


def test_on_a_phone_a_law_is_fitted_and_taken_by_touch(browser: Browser, server: Serving) -> None:
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True, reduced_motion="reduce")
    watch = Watch()
    context.on("page", watch.follow)
    phone = context.new_page()
    bench = open_table(phone, server, adsorption(), ["x"], "y")
    draft_of(phone, LAW)
    expect(phone.get_by_text("2 to fit")).to_be_visible()
    phone.get_by_role("button", name="Fit").tap()
    expect(phone.get_by_role("region", name="Result").get_by_text("converged", exact=True)).to_be_visible()
    assert not scrolls_sideways(phone)
    assert not longer_than_window(phone)
    assert violations(phone) == []
    assert small_targets(phone) == []
    phone.get_by_role("button", name="Make this the law").tap()
    bench.expect_revision(1)
    assert watch.complaints() == []
    context.close()


LATENCY = """async ([slider, moves]) => {
    const field = document.querySelector(`input[aria-label="${slider}"]`)
    const curve = document.querySelector('path[data-curve]')
    const times = []
    for (let move = 0; move < moves; move++) {
        const drawn = new Promise(resolve => {
            const seen = new MutationObserver(() => {
                seen.disconnect()
                requestAnimationFrame(() => resolve(performance.now()))
            })
            seen.observe(curve, {attributes: true, attributeFilter: ['d']})
        })
        const began = performance.now()
        field.value = String(450 + 2 * move)
        field.dispatchEvent(new Event('input', {bubbles: true}))
        times.push(await drawn - began)
        await new Promise(resolve => setTimeout(resolve, 20))
    }
    return times
}"""


def slider_latencies(page: Page, slider: str, moves: int = MOVES) -> list[float]:
    """Milliseconds from the input event to the frame with the new curve, for each of so many moves."""
    times: list[float] = page.evaluate(LATENCY, [slider, moves])
    return times


def test_every_move_of_a_slider_is_answered_by_its_curve(page: Page, server: Serving) -> None:
    open_table(page, server, adsorption(), ["x"], "y")
    draft_of(page, LAW)
    expect(page.get_by_text("2 to fit")).to_be_visible()
    assert len(slider_latencies(page, "b1, by slider")) == MOVES
