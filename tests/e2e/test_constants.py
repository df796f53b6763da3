"""A person turns 3.142 into π by two clicks, gives an edge a function of their own, and says where the formula is to hold."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

PI = re.compile(r"^Snap 3\.142 to pi,")


def formula(page: Page) -> Locator:
    return page.get_by_role("region", name="Typeset formula")


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Constants of the formula")


def test_a_constant_of_the_toy_becomes_pi(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.set_threshold(0.4)
    bench.press_button(re.compile(r"^Prune \d+ edges$"))
    bench.press_button(re.compile(r"Grid 5 → 10|Finer grid"))
    while bench.edges("spline").count():
        bench.accept_first_suggestion(bench.edges("spline").first)

    formula(page).hover()
    formula(page).locator("[data-constant]", has_text="3.142").first.click()
    snap = panel(page).get_by_role("button", name=PI)
    expect(snap).to_be_focused()
    expect(panel(page)).to_contain_text("±")
    before = bench.revision()
    page.keyboard.press("Enter")
    bench.expect_revision(before + 1)
    expect(formula(page)).to_contain_text("π")
    expect(panel(page)).to_contain_text("exact already")
    assert r"\pi" in bench.copied("LaTeX")
    assert "pi" in bench.copied("SymPy")
    page.keyboard.press("Escape")

    page.keyboard.press("r")
    bench.expect_revision(before + 2)
    expect(formula(page)).to_contain_text("π")
    for number in (before + 1, before):
        page.keyboard.press("u")
        bench.expect_revision(number)
    expect(formula(page)).to_contain_text("3.142")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_constants_is_for_everybody_and_for_the_keyboard(page: Page, server: Serving, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    bench = symbolic(page, server)
    page.keyboard.press("c")
    expect(panel(page).get_by_role("button", name=PI)).to_be_visible()
    assert violations(page) == []
    box = panel(page).bounding_box()
    assert box
    assert box["y"] >= 0
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    page.get_by_role("button", name="Constants", exact=True).click()
    bench.press_button(re.compile("^Snap all within"))
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
