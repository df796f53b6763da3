"""Tables of one's own: in the writing of other countries, and broken ones."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

ROWS = 80


def decimal_comma_table() -> str:
    """Voltage = 2,5·current + 0,75·sin(time), with decimal commas, semicolons and a row of units."""
    lines = ["Zeit;Strom;Spannung", "s;A;V"]
    for row in range(ROWS):
        time, current = row * 0.1, (row * 37 % ROWS) / ROWS
        # sin by its series would do as well; the table only has to be smooth.
        voltage = 2.5 * current + 0.75 * time * (8 - time) / 16
        lines.append(";".join(f"{value:.6f}".replace(".", ",") for value in (time, current, voltage)))
    return "\n".join(lines) + "\n"


def give(page: Page, name: str, content: str) -> None:
    """Choose a file on the start page."""
    page.get_by_label("Table file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content.encode()})


def test_a_table_with_decimal_commas_and_a_unit_row_is_understood(page: Page, server: Serving) -> None:
    page.goto(server.address)
    give(page, "messung.csv", decimal_comma_table())

    row = page.get_by_role("row", name=re.compile("^Spannung"))
    expect(row.get_by_role("cell", name="V", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(f"^{ROWS} rows, 3 columns"))).to_be_visible()
    expect(page.get_by_text("Zeit, Strom → Spannung")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()

    bench = Workbench(page, server)
    bench.expect_revision(0)
    bench.train()
    view = server.get(f"/sessions/{bench.session}")
    assert [column["unit"] for column in view["dataset"]["columns"]] == ["s", "A", "V"]
    assert view["dataset"]["columns"][2]["maximum"] > 2
    assert view["metrics"]["test_nrmse"] < 0.1


def test_a_file_that_is_no_table_is_refused_with_what_to_do(page: Page, watch: Watch, server: Serving) -> None:
    watch.expect("status of 4")  # the browser itself reports the refusal on its console
    page.goto(server.address)
    give(page, "letter.txt", "Dear reader,\n\nthis is not a table.\n")
    problem = page.get_by_role("alert")
    expect(problem).to_be_visible()
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()


def test_a_file_that_was_read_wrongly_is_mended_where_its_problem_is_told(page: Page, watch: Watch, server: Serving) -> None:
    watch.expect("status of 4")
    page.goto(server.address)
    give(page, "odd.txt", "1.5\t2.5\n2,5\t7.5\n")
    expect(page.get_by_role("alert")).to_contain_text("Only one column can be used: ‘y’. ‘x1’: ")
    expect(page.get_by_role("heading", name="If odd.txt is a text table, read it in another way")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Columns separated by").select_option("bar")
    expect(page.get_by_role("alert")).to_contain_text("columns are separated")
    page.get_by_label("Columns separated by").select_option("automatic")
    expect(page.get_by_role("alert")).to_contain_text("Only one column")
    page.get_by_label("Decimal sign").select_option("comma")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("2 rows, 2 columns")).to_be_visible()
