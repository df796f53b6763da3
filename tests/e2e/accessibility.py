"""Ask axe-core, injected into the page, for violations that keep people out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from scripts.serving import ROOT

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """Serious and critical violations of WCAG 2.2 AA, one line each with the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [_line(found) for found in result["violations"] if found["impact"] in GRAVE]


def _line(found: dict[str, Any]) -> str:
    places = found["nodes"]
    return f"{found['id']} ({found['impact']}): {found['help']}; {len(places)} places, first {places[0]['html'][:200]}"
