"""What is written can be read: while a button changes its meaning, and however long or tall a formula is."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from scripts.serving import Serving
from tests.e2e.workbench import Workbench

# The lowest contrast of a button's text with its own ground (WCAG 2.2, 1.4.3), frame by frame, with the button's text.
WATCH = """
() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  const parse = (text) => text.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  window.faint = {}
  const look = () => {
    for (const button of document.querySelectorAll('button:not(:disabled)')) {
      const style = getComputedStyle(button)
      const ground = parse(style.backgroundColor)
      if (button.textContent.trim() === '' || (ground.length === 4 && ground[3] < 1)) continue
      const [one, other] = [light(parse(style.color)), light(ground)].sort((a, b) => b - a)
      const contrast = (one + 0.05) / (other + 0.05)
      if (contrast < 4.5) window.faint[button.textContent.trim()] = contrast
    }
    requestAnimationFrame(look)
  }
  look()
}
"""
# Resolves after some frames have been drawn.
FRAMES = "() => new Promise(done => { let n = 0; const next = () => ++n > 40 ? done() : requestAnimationFrame(next); next() })"


def test_a_button_stays_readable_while_it_changes(browser: Browser, server: Serving) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="no-preference")
    bench = Workbench.from_sample(context.new_page(), server)
    bench.train()
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "prune", "threshold": 0.05})
    bench.expect_revision(2)
    bench.edges("spline").first.click()
    expect(bench.suggestions().first).to_be_visible()
    bench.page.evaluate(WATCH)
    bench.page.get_by_role("button", name=re.compile("^Accept ")).click()
    bench.expect_revision(3)
    expect(bench.page.get_by_text("now", exact=True)).to_be_visible()
    bench.page.evaluate(FRAMES)
    assert bench.page.evaluate("window.faint") == {}
    context.close()


# What of the typeset formula is cut off by its frame, and the smallest of its letters on the screen.
LOOK = """
() => {
  const frame = document.querySelector('[aria-label="Typeset formula"]')
  const zoom = parseFloat(frame.querySelector('.content').style.zoom)
  const isText = (node) => node.nodeType === 3 && /[^\\s\\u200b]/.test(node.textContent)
  const all = [...frame.querySelectorAll('.katex-html *')]
  const letters = all.filter((each) => [...each.childNodes].some(isText))
  const box = frame.getBoundingClientRect()
  // A letter's box has room above and below it: its middle tells where it stands.
  const outside = ({ top, bottom, right }) => top + bottom < 2 * box.top + 4 || right > box.right + 1
  const cut = letters.map((each) => each.getBoundingClientRect()).filter(outside)
  const sizes = letters.map((each) => zoom * parseFloat(getComputedStyle(each).fontSize))
  return { cut: cut.length, smallest: Math.min(...sizes) }
}
"""


def test_a_tall_formula_is_neither_cut_off_nor_offered_in_full_where_it_is_in_full(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    law = "(x + 1.5)/(2.25 + y/(x + 3.5))"
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "from_formula", "formulas": [law]})
    bench.expect_revision(1)
    expect(page.get_by_text("closed form")).to_be_visible()
    page.evaluate(FRAMES)
    seen = page.evaluate(LOOK)
    assert seen["cut"] == 0
    assert seen["smallest"] >= 8
    expect(page.get_by_role("button", name="All of it")).to_have_count(0)


def test_a_long_formula_is_offered_in_full(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    page.get_by_role("button", name="All of it").click()
    page.evaluate(FRAMES)
    assert page.evaluate(LOOK)["cut"] == 0
    expect(page.get_by_role("button", name="Less")).to_be_visible()
