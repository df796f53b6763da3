"""A person works on the law in the formula bar, gives an edge a function of their own, and says where the formula is to hold."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

PI = re.compile(r"^Set \w+ to pi$")


def formula(page: Page) -> Locator:
    return page.get_by_role("region", name="Typeset formula")


def popover(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Constant of the formula")


def slider(page: Page) -> Locator:
    return popover(page).get_by_role("slider")


def marked(page: Page, text: str) -> Locator:
    """A constant of the formula by its number. Lines of fractions lie over it, so it is clicked by its place."""
    return formula(page).locator("[data-constant]", has_text=text).first


def test_a_constant_of_the_toy_becomes_pi(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.set_threshold(0.4)
    bench.press_button(re.compile(r"^Prune \d+ edges$"))
    bench.press_button(re.compile(r"Grid 5 → 10|Finer grid"))
    while bench.edges("spline").count():
        bench.accept_first_suggestion(bench.edges("spline").first)

    marked(page, "3.14").click(force=True)
    expect(slider(page)).to_be_focused()
    expect(popover(page)).to_contain_text("±")
    before = bench.revision()
    popover(page).get_by_role("button", name=PI).click()
    bench.expect_revision(before + 1)
    expect(formula(page)).to_contain_text("π")
    expect(popover(page).get_by_role("radio", name="Exact")).to_be_checked()
    assert r"\pi" in bench.copied("LaTeX")
    assert "pi" in bench.copied("SymPy")
    page.keyboard.press("Escape")
    expect(popover(page)).to_have_count(0)

    page.keyboard.press("r")
    bench.expect_revision(before + 2)
    expect(formula(page)).to_contain_text("π")
    for number in (before + 1, before):
        page.keyboard.press("u")
        bench.expect_revision(number)
    expect(formula(page)).to_contain_text("3.14")


def test_a_constant_that_is_fixed_by_hand_stays_through_a_refit(page: Page, server: Serving) -> None:
    bench = pendulum(page, server)
    formula(page).locator("[data-constant=g]").click(force=True)
    expect(slider(page)).to_be_focused()
    value = popover(page).get_by_label("Value of g", exact=True)
    shown = value.input_value()
    residuals = popover(page).get_by_role("img", name=re.compile("Residuals of the law"))
    expect(residuals).to_be_visible()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(value).not_to_have_value(shown)
    expect(popover(page).get_by_role("radio", name="Fixed")).to_be_checked()
    expect(popover(page)).to_contain_text("→")
    bench.expect_revision(1)
    page.keyboard.press("Escape")
    expect(popover(page)).to_have_count(0)
    bench.expect_revision(1)

    formula(page).locator("[data-constant=g]").click(force=True)
    expect(value).to_have_value(shown)
    value.fill("9.81")
    page.keyboard.press("Enter")
    bench.expect_revision(2)
    expect(popover(page).get_by_role("radio", name="Fixed")).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    bench.expect_revision(3)
    expect(formula(page)).to_contain_text("9.81")
    assert "9.81" in bench.copied("SymPy")


def test_keys_walk_the_constants_cycle_their_state_and_drop_them(page: Page, server: Serving) -> None:
    bench = pendulum(page, server)
    expect(page.get_by_role("region", name="Offsets that may be dropped")).to_be_visible()
    page.keyboard.press("c")
    chosen = popover(page).get_by_label(re.compile("^Value of"))
    expect(chosen).to_have_attribute("aria-label", "Value of a")
    for name in ("g", "k", "b"):
        page.keyboard.press("Tab")
        expect(chosen).to_have_attribute("aria-label", f"Value of {name}")
    page.keyboard.press("Shift+Tab")
    expect(chosen).to_have_attribute("aria-label", "Value of k")
    expect(bench.edges("x²")).to_have_attribute("aria-pressed", "true")
    before = float(chosen.input_value())
    page.keyboard.press("Shift+ArrowRight")
    expect(popover(page).get_by_role("radio", name="Fixed")).to_be_checked()
    assert float(chosen.input_value()) > before
    page.keyboard.press("f")
    expect(popover(page).get_by_role("radio", name="Free")).to_be_checked()
    page.keyboard.press("f")
    expect(popover(page).get_by_role("radio", name="Fixed")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(chosen).to_be_focused()
    page.keyboard.press("x")
    bench.expect_revision(1)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(chosen).to_have_attribute("aria-label", "Value of a")
    page.keyboard.press("x")
    bench.expect_revision(2)
    expect(formula(page).locator("[data-constant=a]")).to_have_count(0)


def test_offsets_are_dropped_together_or_kept_for_good(page: Page, server: Serving) -> None:
    bench = pendulum(page, server)
    strip = page.get_by_role("region", name="Offsets that may be dropped")
    expect(strip).to_contain_text("Two offsets are 0 within two standard errors")
    expect(strip).to_contain_text("complexity 18 → 14")
    assert violations(page) == []
    strip.get_by_role("button", name="Drop both").click()
    bench.expect_revision(2)
    expect(strip).to_have_count(0)
    page.keyboard.press("u")
    bench.expect_revision(1)
    expect(strip).to_be_visible()
    strip.get_by_role("button", name="Keep").click()
    expect(strip).to_have_count(0)
    page.reload()
    bench.expect_revision(1)
    expect(page.get_by_role("button", name="4 free constants")).to_be_visible()
    expect(strip).to_have_count(0)


def test_a_term_lights_its_edge_and_tells_its_share_and_its_price(page: Page, server: Serving) -> None:
    bench = pendulum(page, server)
    term = formula(page).locator("[data-term]", has_text="52").nth(-2)
    box = term.bounding_box()
    assert box
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    told = page.get_by_role("dialog", name="Term of the formula")
    expect(told).to_contain_text("% of the variance of T")
    expect(told).to_contain_text(re.compile(r"error [\d.]+ → [\d.]+"))
    expect(bench.edges("x²")).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    expect(bench.edges("x²")).to_have_attribute("aria-pressed", "false")
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    told.get_by_role("button", name="Drop").click()
    bench.expect_revision(2)
    expect(formula(page).locator("[data-constant=k]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_constant_is_worked_on_in_both_themes_and_all_snap_at_once(page: Page, server: Serving, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    bench = symbolic(page, server)
    page.get_by_role("button", name=re.compile("free constant")).click()
    expect(slider(page)).to_be_focused()
    expect(popover(page).get_by_role("img")).to_be_visible()
    assert violations(page) == []
    box = popover(page).bounding_box()
    assert box
    assert box["y"] >= 0
    page.keyboard.press("Escape")
    expect(popover(page)).to_have_count(0)
    bench.press_button(re.compile("^Snap all within"))
    expect(formula(page)).to_contain_text("π")
    page.get_by_text("names", exact=True).click()
    expect(formula(page)).to_contain_text("π")


def test_a_function_of_ones_own_is_previewed_kept_accepted_and_forgotten(page: Page, watch: Watch, server: Serving) -> None:
    watch.expect("status of 4")  # the browser itself reports the refusal of a text that is no function
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.edges("spline").first.click()
    expect(bench.suggestions().first).to_be_visible()
    field = page.get_by_label("Or type the name of a function, or a function of x")
    field.fill("bump(x) = x*exp(-x^")
    expect(page.get_by_text("in 'x*exp(-x^', position 10: the text ends too early")).to_be_visible()
    field.fill("bump(x) = x*exp(-x^2)")
    expect(page.get_by_text("Enter accepts")).to_be_visible()
    bench.press_button("Keep for suggestions")
    mine = page.get_by_role("list", name="Your functions")
    expect(mine).to_contain_text("bump")

    before = bench.revision()
    field.fill("bump")
    expect(page.get_by_text("Enter accepts")).to_be_visible()
    field.press("Enter")
    bench.expect_revision(before + 1)
    expect(bench.edges("bump")).to_have_count(1)
    expect(mine).to_contain_text("on 1 edge")
    page.reload()
    bench.expect_revision(before + 1)
    expect(bench.edges("bump")).to_have_count(1)
    bench.press_button("Forget bump")
    expect(mine).to_have_count(0)
    expect(bench.edges("bump")).to_have_count(1)


def test_a_wider_box_warns_where_the_formula_leaves_its_domain(page: Page, server: Serving) -> None:
    rows = [[0.5 + place / 100] for place in range(200)]
    table = "x,y\n" + "\n".join(f"{x:.4f},{x**0.5:.12f}" for (x,) in rows)
    page.goto(server.address)
    page.get_by_label("Table file").set_input_files({"name": "root.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.get_by_role("button", name="Start", exact=True).click()
    bench = Workbench(page, server)
    bench.expect_revision(0)
    session = f"/sessions/{bench.session}/actions?wait=true"
    server.request("POST", session, {"kind": "train", "sparsity": 0})
    server.request("POST", session, {"kind": "set_symbolic", "edge": {"layer": 0, "source": 0, "target": 0}, "primitive": "sqrt"})
    bench.expect_revision(2)
    expect(page.get_by_text("Every function stays inside its domain on the whole box.")).to_be_visible()
    lowest = page.get_by_label("Lowest x")
    lowest.fill("-1")
    lowest.press("Enter")
    expect(page.get_by_role("button", name=re.compile("sqrt leaves its domain"))).to_be_visible()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("sqrt leaves its domain"))).to_have_count(0)


def symbolic(page: Page, server: Serving) -> Workbench:
    """The toy on its own graph with its three functions, made through the REST interface."""
    bench = Workbench.with_shape(page, server, [2, 1, 1])
    session = f"/sessions/{bench.session}/actions?wait=true"
    server.request("POST", session, {"kind": "train", "sparsity": 0})
    for layer, source, primitive in ((0, 0, "sin"), (0, 1, "x^2"), (1, 0, "exp")):
        edge = {"layer": layer, "source": source, "target": 0}
        server.request("POST", session, {"kind": "set_symbolic", "edge": edge, "primitive": primitive})
    bench.expect_revision(4)
    return bench


def pendulum(page: Page, server: Serving) -> Workbench:
    """Periods of a pendulum with a law of four constants, two of which are offsets that the rows do not need."""
    random = np.random.default_rng(4)
    length, angle, mass = random.uniform(0.2, 4.5, 240), random.uniform(2, 82, 240), random.uniform(0.1, 2, 240)
    period = 2 * np.pi * np.sqrt(length / 9.81) * (1 + angle**2 / 52525) + 0.0112 * random.normal(size=240)
    rows = zip(length, angle, mass, period, strict=True)
    table = "L,theta,m,T\nm,deg,kg,s\n" + "\n".join(",".join(f"{value:.6f}" for value in row) for row in rows)
    page.goto(server.address)
    page.get_by_label("Table file").set_input_files({"name": "pendulum.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.get_by_role("button", name="Start", exact=True).click()
    bench = Workbench(page, server)
    bench.expect_revision(0)
    law = {
        "kind": "from_formula",
        "formulas": ["2*pi*sqrt((L+a)/g)*(1+theta^2/k)+b"],
        "constants": [{"name": name, "value": value} for name, value in (("a", 0.01), ("g", 9.8), ("k", 5e4), ("b", 0.01))],
        "fit": True,
    }
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", law)
    bench.expect_revision(1)
    return bench
