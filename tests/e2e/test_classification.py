"""A table with text labels becomes a session of classes: what is offered, what is refused with a reason, and the accuracy."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.test_own_table import give
from tests.e2e.workbench import Workbench

ROWS = 120


def labelled_table() -> str:
    """Two measures with decimal commas, a text that tells nothing and the class: `rot` beyond a parabola, else `blau`."""
    lines = ["Laenge;Breite;Labor;Sorte"]
    for row in range(ROWS):
        length, width = (row * 37 % ROWS) / 60, (row * 53 % ROWS) / 60
        kind = "rot" if length * length + width > 1.6 else "blau"
        lines.append(f"{length:.3f};{width:.3f};".replace(".", ",") + f"{'x' if row % 3 else 'y'};{kind}")
    return "\n".join(lines) + "\n"


def test_text_labels_are_learned_as_classes_and_the_accuracy_is_shown(page: Page, server: Serving) -> None:
    page.goto(server.address)
    give(page, "sorten.csv", labelled_table())

    expect(page.get_by_role("row", name=re.compile("^Labor")).get_by_text("Input", exact=True)).to_have_count(0)
    expect(page.get_by_text("Target: Breite (the last column of numbers that can be used).")).to_be_visible()
    page.get_by_role("group", name="Role of Breite").get_by_text("Input").click()
    page.get_by_role("group", name="Role of Sorte").get_by_text("Target").click()
    expect(page.get_by_text("Laenge, Breite → Sorte")).to_be_visible()
    expect(page.get_by_text("Target: ")).to_have_count(0)
    expect(page.get_by_role("radio", name="Classes")).to_be_checked()
    assert violations(page) == [], "task choice"
    page.get_by_role("button", name="Start", exact=True).click()

    bench = Workbench(page, server)
    bench.expect_revision(0)
    find = page.get_by_role("button", name="Find formula")
    expect(find).to_be_disabled()
    expect(page.get_by_text(re.compile("A search explains numbers and this session learns classes"))).to_be_visible()
    page.locator("summary", has_text="Advanced").click()
    assert page.get_by_label("Objective").get_by_role("option").all_inner_texts() == ["Automatic", "Cross-entropy"]

    bench.train()
    expect(page.get_by_label("Inspector").get_by_text("accuracy held out")).to_be_visible()
    metrics = server.get(f"/sessions/{bench.session}")["metrics"]
    assert metrics["accuracy_test"] > 0.85
    assert (metrics["r2_test"], metrics["test_rmse"]) == (None, None)
    expect(page.get_by_text("R² held out")).to_have_count(0)
    expect(page.get_by_text("Cross-entropy over steps")).to_be_visible()
    expect(page.get_by_label("Inspector").get_by_text("cross-entropy", exact=True)).to_be_visible()
    taken = page.get_by_role("table", name="Held-out rows by class")
    expect(taken.get_by_role("columnheader")).to_have_text([re.compile("true"), "blau", "rot", "recall"])
    cells = taken.get_by_role("row", name=re.compile("^rot")).get_by_role("cell")
    expect(cells.nth(1)).to_have_text(str(metrics["confusion_test"]["counts"][1][1]))
    assert violations(page) == [], "classes trained"


def flowers() -> str:
    """Three classes with long names, which two measures hardly tell apart at their borders."""
    names = ("setosa", "versicolor", "virginica")
    measures = ((row % 3 + (row * 37 % 19) / 19, (row * 53 % 23) / 23) for row in range(ROWS))
    return "length,width,species\n" + "".join(
        f"{length:.3f},{width:.3f},{names[row % 3]}\n" for row, (length, width) in enumerate(measures)
    )


def test_the_table_of_three_classes_fits_the_narrowest_inspector(page: Page, server: Serving) -> None:
    page.set_viewport_size({"width": 1024, "height": 700})
    page.goto(server.address)
    give(page, "flowers.csv", flowers())
    page.get_by_role("group", name="Role of width").get_by_text("Input").click()
    page.get_by_role("group", name="Role of species").get_by_text("Target").click()
    page.get_by_role("button", name="Start", exact=True).click()
    Workbench(page, server).train()

    taken = page.get_by_role("region", name="Held-out rows by class")
    assert taken.evaluate("region => region.scrollWidth <= region.clientWidth")
    recall = taken.get_by_role("columnheader", name="recall").bounding_box()
    assert recall
    for name in ("setosa", "versicolor", "virginica"):
        header = taken.get_by_role("columnheader", name=name)
        assert header.evaluate("header => header.firstElementChild.scrollHeight <= header.firstElementChild.clientHeight + 1")
        box = header.bounding_box()
        assert box
        assert box["x"] + box["width"] <= recall["x"]
