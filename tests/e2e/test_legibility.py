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


def glyphs(page: Page, within: str) -> list[float]:
    """Sizes in pixels of the letters of a typeset formula."""
    script = """within => [...document.querySelectorAll(`${within} .katex-html *`)]
        .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== ''))
        .map(each => parseFloat(getComputedStyle(each).fontSize))"""
    sizes: list[float] = page.evaluate(script, within)
    return sizes
