"""The network itself is edited on the screen: product nodes, trainer, wider layers, one edge's grid, a law one knows."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.workbench import Workbench


def test_a_network_is_shaped_trained_grown_and_begun_from_a_formula(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)

    page.get_by_role("button", name="2 → 5 → 1").click()
    page.get_by_role("button", name="More product nodes in hidden layer 1").click()
    bench.press_button("Start with 2 → 5 + 1× → 1")
    product = page.get_by_role("button", name=re.compile(r"^h₅, product of its edges"))
    expect(product).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^x → h₅ factor 2, spline"))).to_be_visible()

    page.get_by_text("Advanced", exact=True).click()
    page.get_by_label("Trainer").select_option("L-BFGS")
    page.get_by_label("Sparsity").fill("0")
    assert violations(page) == [], "shape editor and settings"
    bench.train()
    expect(page.get_by_label("Data, training and history").get_by_text(re.compile("by L-BFGS"))).to_be_visible()

    product.click()
    bench.press_button("+ Sum node")
    expect(page.get_by_role("button", name="2 → 6 + 1× → 1")).to_be_visible()
    page.get_by_role("button", name="Add to hidden layer 1").click()
    bench.press_menu_item("× Product node")
    expect(page.get_by_role("button", name="2 → 6 + 2× → 1")).to_be_visible()

    bench.edges("spline").first.click()
    before = bench.revision()
    page.keyboard.press("g")
    bench.expect_revision(before + 1)
    expect(page.get_by_text(re.compile("grid 10 on 1 edge")).first).to_be_visible()

    start_from_a_formula(page, bench)


def start_from_a_formula(page: Page, bench: Workbench) -> None:
    """A slip is told while it is written, then the law is the network."""
    run_command(page, "from a formula")
    field = page.get_by_role("textbox", name="z =")
    field.fill("exp(sine(pi*x) + y^2)")
    expect(page.get_by_text(re.compile(r"^Position \d+: .*sine"))).to_be_visible()
    expect(page.get_by_role("button", name="Make this the law")).to_be_disabled()
    assert violations(page) == [], "draft of a formula"

    before = bench.revision()
    field.fill("exp(sin(pi*x) + y^2)")
    expect(page.get_by_role("button", name="Make this the law")).to_be_enabled()
    page.keyboard.press("Control+Enter")
    bench.expect_revision(before + 1)
    expect(field).to_have_count(0)
    expect(page.get_by_text("closed form")).to_be_visible()


def run_command(page: Page, words: str) -> None:
    """Run the first command that the palette finds."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search commands").fill(words)
    page.keyboard.press("Enter")


def test_a_network_is_refined_deepened_and_merged_without_a_pointer(page: Page, server: Serving) -> None:
    bench = Workbench.with_shape(page, server, [2, 2, 1])
    bench.train()
    error = held_out_error(page)

    run_command(page, "insert a layer")
    bench.expect_revision(2)
    expect(page.get_by_role("button", name="2 → 2 → 2 → 1")).to_be_visible()
    run_command(page, "base function silu")
    bench.expect_revision(3)
    assert held_out_error(page) == error

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search commands").fill("add a sum node")
    expect(page.get_by_text("No command like")).to_be_visible()
    page.keyboard.press("Escape")

    run_command(page, "refine in stages")
    bench.expect_revision(4)
    expect(page.get_by_label("Inspector").get_by_text(re.compile("kept. Held-out error by grid"))).to_be_visible()

    run_command(page, "merge with")
    page.get_by_role("button", name="Merge revision 3 with the head").focus()
    page.keyboard.press("Enter")
    bench.expect_revision(5)
    expect(page.get_by_role("dialog")).to_have_count(0)


def held_out_error(page: Page) -> str:
    """The head's error as the formula bar shows it."""
    name = page.get_by_label("Formula", exact=True).get_by_text("data ↔ network")
    return name.locator("xpath=following-sibling::*").inner_text()
