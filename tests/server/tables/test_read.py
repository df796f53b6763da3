import numpy as np
import pytest

from server.tables import read as reading
from server.tables.errors import TableError
from server.tables.read import Overrides, read_table
from server.tables.statistics import statistics


def problem(data: bytes, **overrides) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(data, "t.csv", Overrides(**overrides))
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"# only\n# comments\n", "only comments"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"x,y\n", "no rows"),
        (b"x,y\n1,2\n", "one row"),
        (b"x,y\n1,1\n2,2\n3,3\n", "Only one column can be used: ‘x’"),
        (b"x\n1\n2\n", "Only one column"),
        (b"a,b\nc,d\ne,f\n", "No column holds numbers"),
        (b"x,y\n1,\n,2\n2,\n,4\n", "missing"),
        (b"a\0b\0\0\0", "binary"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(data, words):
    assert words in problem(data).detail


def test_too_many_columns_rows_and_cells_are_refused(monkeypatch):
    wide = ",".join(f"c{place}" for place in range(1001))
    assert "1,001 columns" in problem(f"{wide}\n{wide.replace('c', '')}\n".encode()).detail
    monkeypatch.setattr(reading, "MAXIMUM_ROWS", 3)
    assert "4 rows" in problem(b"x,y\n1,2\n2,3\n3,5\n4,7\n").detail
    monkeypatch.setattr("server.tables.cells.MAXIMUM_CELLS", 3)
    assert "limit is 3 cells" in problem(b"x,y\n1,2\n2,3\n").detail


def test_ambiguous_thousands_are_read_as_decimals_and_said():
    read = read_table(b"x;y\n1,234;2,345\n5,678;3,456\n7,123;1,111\n")
    assert read.table.values[0].tolist() == [1.234, 2.345]
    assert any("choose decimal point" in note for note in read.view.notes)
    told = read_table(b"x;y\n1,234;2,345\n5,678;3,456\n7,123;1,111\n", overrides=Overrides(decimal="."))
    assert told.table.values[0].tolist() == [1234, 2345]


def test_columns_of_one_file_may_differ_in_their_decimal_mark():
    read = read_table(b"x;y\n1,5;2.5\n2,5;3.5\n3,5;1.25\n")
    assert read.table.values[0].tolist() == [1.5, 2.5]


@pytest.mark.parametrize("overrides", [{"delimiter": "abc"}, {"delimiter": "7"}, {"decimal": "x"}])
def test_impossible_decisions_are_refused(overrides):
    assert "cannot be" in problem(b"x,y\n1,2\n2,3\n", **overrides).detail


def test_a_header_of_numbers_can_be_said():
    data = b"1990,1991\n1,2\n2,3\n4,3\n"
    assert read_table(data).table.names == ("x1", "y")
    assert read_table(data, overrides=Overrides(header=True)).table.names == ("1990", "1991")


def test_a_mostly_empty_column_does_not_cost_rows():
    read = read_table(b"x,gap,y\n1,,2\n2,,4\n3,7,9\n")
    assert read.table.names == ("x", "y")
    assert read.view.rows_left_out == 0
    assert "2 of 3 values missing" in read.view.columns[1].note


def test_a_constant_column_with_gaps_costs_no_rows():
    read = read_table(b"x,five,y\n1,5,2\n2,,4\n3,5,9\n")
    assert read.view.rows_left_out == 0
    assert read.view.columns[1].note == "constant (5): ignored, it cannot explain anything"
    assert read.table.names == ("x", "y")


def test_the_view_names_the_same_content_as_the_table():
    read = read_table(b"x,y\n1,2\n2,3\n", "folder/values.csv")
    assert read.view.id == read.table.content_hash()
    assert read.view.name == "values"


def test_copies_of_rows_are_reported():
    assert any("2 rows are copies" in note for note in read_table(b"x,y\n1,2\n1,2\n1,2\n3,4\n").view.notes)


@pytest.mark.parametrize("values", [[-1.7e308, 1.7e308], [5e-324, 1e-323], [3.0], [1e300, 1e300], [0.0, 0.0]])
def test_statistics_never_overflow(values):
    result = statistics(np.array(values))
    assert np.isfinite([result["minimum"], result["maximum"], result["mean"]]).all()
    assert sum(result["histogram"]) == len(values)
    assert result["minimum"] <= result["mean"] <= result["maximum"]
