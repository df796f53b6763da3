"""Files as people have them: each case says how it is to be read."""

from pathlib import Path
from typing import NamedTuple

import pytest

from server.tables.read import read_table

CASES = Path(__file__).parent / "cases"


class Expected(NamedTuple):
    names: list[str]
    last_row: list[float]
    rows: int
    units: list[str | None] | None = None


EXPECTED = {
    "excel_german.csv": Expected(["Zeit", "Weg"], [1.5, 3456], 3, ["s", "m"]),
    "numpy_savetxt.txt": Expected(["t", "x", "v"], [2, 4, 7.5], 3),
    "fortran.dat": Expected(["x1", "y"], [-3, 0.75], 3),
    "pandas_index.csv": Expected(["column_1", "x", "y"], [9, 2.5, 7.5], 3),
    "swiss.csv": Expected(["Länge", "Kraft"], [12345, 0.75], 3, ["mm", "N"]),
    "quoted_lines.csv": Expected(["x", "y"], [2.5, 7.25], 3),
    "ragged.csv": Expected(["a", "b", "c"], [15, 17, 19], 5),
    "gaps.csv": Expected(["x", "y", "z"], [12, 13.5, 17], 6),
    "same_names.csv": Expected(["x", "x_2", "column_3", "y"], [3, 5, 8, 9], 3),
    "title_and_description.csv": Expected(["t", "U", "I"], [0.3, 4.5, 7.75], 3, ["s", "V", "mA"]),
    "trailing_delimiters.csv": Expected(["x", "y"], [3, 7], 3),
    "utf16.txt": Expected(["größe", "µ"], [3.5, 9.5], 3),
    "mac.csv": Expected(["x", "y"], [3, 9], 3),
    "padded.csv": Expected(["x", "y"], [3.5, 1.5], 3),
    "no_header.tsv": Expected(["x1", "x2", "y"], [3, 9, 7.25], 3),
    "minus_signs.csv": Expected(["x", "y"], [-3.25, 1e-3], 3),
    "constant_and_copy.csv": Expected(["x", "copy", "five", "y"], [3, 3, 5, 9], 3),
    "clocks.csv": Expected(["x", "y"], [3.5, 5.5], 3),
    "extremes.csv": Expected(["x", "y"], [5e-324, 0], 3),
    "stray_quote.csv": Expected(["x", "y"], [3, 9], 3),
    "si_slash.csv": Expected(["t", "v", "log(x)"], [3, 9, 8], 3, ["s", "km/h", None]),
}


def read(name: str):
    return read_table((CASES / name).read_bytes(), name)


def test_each_file_has_an_expectation():
    assert {path.name for path in CASES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_file_is_read_as_its_owner_means_it(name):
    expected = EXPECTED[name]
    made = read(name)
    table, view = made.table, made.view
    assert list(table.names) == expected.names, view.notes
    assert table.values[-1].tolist() == expected.last_row
    assert table.rows == view.rows == expected.rows
    if expected.units is not None:
        assert list(table.units) == expected.units
    assert view.model_dump_json()


def column(view, name):
    return next(column for column in view.columns if column.name == name)


def test_gaps_infinities_and_text_are_named_by_line_and_counted():
    view = read("gaps.csv").view
    assert view.rows_left_out == 6
    assert column(view, "x").note == "1 not finite (line 4: nan): rows left out"
    assert column(view, "y").note == (
        "1 missing value, 1 not finite (line 5: inf), 1 not a number (line 10: hello): rows left out"
    )
    assert column(view, "z").missing == 2
    assert "6 of 12 rows left out because a value is missing or not a number (lines 2, 3, 4, 5, 7, 10)." in view.notes


def test_constant_copied_and_text_columns_are_reported_with_what_to_do():
    view = read("constant_and_copy.csv").view
    assert [column.role for column in view.columns] == ["input", "ignored", "ignored", "ignored", "target"]
    assert "same values as ‘x’" in column(view, "copy").note
    assert "constant (5)" in column(view, "five").note
    assert "text, for example ‘a’" in column(view, "label").note
    assert [column.usable for column in view.columns] == [True, False, True, False, True]


def test_a_row_number_is_usable_but_not_suggested():
    first = read("pandas_index.csv").view.columns[0]
    assert (first.role, first.usable) == ("ignored", True)
    assert "row number" in first.note


def test_lines_with_too_many_fields_are_named():
    assert any("1 line has more fields than the header (line 4)" in note for note in read("ragged.csv").view.notes)


def test_a_renamed_column_is_reported():
    assert "A second column named ‘x’ was renamed ‘x_2’." in read("same_names.csv").view.notes


def test_title_and_description_lines_are_reported():
    notes = " ".join(read("title_and_description.csv").view.notes)
    assert "Versuch 12 vom Montag" in notes
    assert "Zeitpunkt der Messung" in notes
