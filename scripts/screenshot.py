"""Take the documents' pictures of the real program. Called by `make screenshot`.

`screen`: the toy half-way to its formula; a person's steps: open the sample, train, prune, refine, accept the sine, look at the
suggestions for the next edge. `search`: a formula that the search has found, with its Pareto front. `equation`: the
same of a differential equation. `own-model`: a formula of one's own, fitted, while it is still a draft.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from scripts.chromium import find
from scripts.serving import ROOT, Serving

PICTURES = ROOT / "docs/images"
WIDTH, HEIGHT = 1440, 900
PATIENCE_MS = 60_000


def half_way(page: Page, address: str) -> None:
    """Everything up to the moment of the README's picture."""
    _open(page, address, "Toy: two inputs")
    page.get_by_role("button", name=re.compile("^Train")).click()
    _saved(page, 1)
    slider = page.get_by_role("slider", name="Prune edges weaker than")
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": 0.4 * box["width"], "y": box["height"] / 2})
    page.get_by_role("button", name=re.compile(r"^Prune \d+ edges$")).click()
    _saved(page, 2)
    page.get_by_role("button", name=re.compile("Finer grid|Grid")).click()
    _saved(page, 3)
    page.get_by_role("button", name=re.compile("^x → .*spline")).click()
    suggestions = page.get_by_role("button", name=re.compile(r"error of the whole model .* Accept\."))
    suggestions.first.click()
    _saved(page, 4)
    page.get_by_role("button", name=re.compile("^y → .*spline")).click()
    expect(suggestions.first).to_be_visible()
    suggestions.first.hover()
    page.wait_for_load_state("networkidle")


def searched(page: Page, address: str) -> None:
    """A sample whose formula was found by the search."""
    _open(page, address, "Adding velocities")
    page.get_by_role("button", name="Find formula").click()
    _saved(page, 1)
    page.wait_for_load_state("networkidle")


def solved(page: Page, address: str) -> None:
    """A differential equation whose solution the search has found in closed form."""
    page.goto(address)
    page.get_by_role("region", name="Or solve an equation").get_by_role("button", name=re.compile("Poisson")).click()
    page.get_by_role("button", name="Solve", exact=True).click()
    _saved(page, 1)
    page.get_by_role("button", name="Find formula").click()
    _saved(page, 2)
    page.wait_for_load_state("networkidle")


def own_model(page: Page, address: str) -> None:
    """A law that is written down, with a value per category, fitted and with its profile likelihoods."""
    _open(page, address, "Puromycin")
    page.get_by_role("button", name="Start from a formula …").click()
    page.get_by_role("button", name="Michaelis–Menten").click()
    page.get_by_label("Vm: one value per category").check()
    expect(page.get_by_text("3 to fit")).to_be_visible()
    page.get_by_role("button", name="Fit").click()
    page.get_by_role("button", name="Work them out").click()
    expect(page.get_by_role("img", name=re.compile(r"^K from"))).to_be_visible()
    page.wait_for_load_state("networkidle")


def _open(page: Page, address: str, sample: str) -> None:
    page.goto(address)
    page.get_by_role("region", name="Or begin with a sample").get_by_role("button", name=re.compile(sample)).click()
    _saved(page, 0)


def _saved(page: Page, number: int) -> None:
    expect(page.get_by_text(f"revision {number} · saved", exact=True)).to_be_visible()


def main() -> None:
    """Write the pictures, or those that are named."""
    scenes = {"screen": half_way, "search": searched, "equation": solved, "own-model": own_model}
    wanted = sys.argv[1:] or list(scenes)
    chromium = find()
    if chromium is None:
        sys.exit("No Chromium: make screenshot installs it.")
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Serving(Path(folder))
        server.start()
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            PICTURES.mkdir(parents=True, exist_ok=True)
            for name in wanted:
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
                scenes[name](page, server.address)
                page.screenshot(path=PICTURES / f"{name}.png")
                page.close()
            browser.close()
        finally:
            server.stop()
    print("wrote", *(f"docs/images/{name}.png" for name in wanted))


if __name__ == "__main__":
    main()
