"""Ask axe-core, injected into the page, for violations that keep people out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from scripts.serving import ROOT

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """Serious and critical violations of WCAG 2.2 AA, one line each with the first place.

    axe takes a second to look: a button that comes to life meanwhile has the ground of one state and the text of the other. So
    a contrast, and nothing else, is looked at again; what cannot be read is still there.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = _found(page)
    return _found(page) if found and all(line.startswith("color-contrast") for line in found) else found


def _found(page: Page) -> list[str]:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [_line(found) for found in result["violations"] if found["impact"] in GRAVE]


def _line(found: dict[str, Any]) -> str:
    places = found["nodes"]
    return f"{found['id']} ({found['impact']}): {found['help']}; {len(places)} places, first {places[0]['html'][:200]}"
