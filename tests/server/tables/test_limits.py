"""Whatever a file holds and whatever a person says about it: a table, or a sentence about what is wrong with it."""

from __future__ import annotations

import contextlib
import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.discover.columns import read_columns
from server.discover.failure import DiscoverError
from server.tables.errors import TableError
from server.tables.limits import MAXIMUM_FIELD, MAXIMUM_LINE
from server.tables.read import Overrides, read_table

LONG = "t" * (MAXIMUM_FIELD + 1)


def said(data: str, **overrides) -> str:
    with pytest.raises(TableError) as caught:
        read_table(data.encode(), "t.csv", Overrides(**overrides))
    assert caught.value.hint
    return caught.value.detail


def test_the_limit_of_a_field_is_what_python_s_csv_reads():
    assert csv.field_size_limit() == MAXIMUM_FIELD


@pytest.mark.parametrize(
    "data",
    [
        f"x,y,note\n1,2,{LONG}\n3,4,b\n",
        f'x,y,note\n1,2,a\n3,4,"{LONG}"\n',
        f'x,y,note\n1,2,"a\n{LONG}"\n3,4,b\n',
        f"x,y,{LONG}\n1,2,a\n3,4,b\n",
        f"x,y\n1,2\n\"{'3,4' * MAXIMUM_FIELD}\n5,6\n",
    ],
    ids=["plain", "quoted", "over lines", "a name", "a quote that stays open"],
)  # fmt: skip
def test_a_field_that_is_too_long_is_named(data):
    assert f"a field of more than {MAXIMUM_FIELD:,} characters" in said(data, delimiter=",")


def test_a_long_text_between_other_delimiters_does_not_hide_the_right_one():
    rows = "".join(f"{row};{row * row};{'word ' * 20_000};{'more ' * 20_000}\n" for row in range(3))
    assert [column.name for column in read_table(f"x;y;note;more\n{rows}".encode()).view.columns if column.usable] == ["x", "y"]


def test_a_line_without_end_is_refused_before_it_is_split():
    assert f"Line 2 has {MAXIMUM_LINE + 4:,} characters" in said("x,y\n" + "1,2," * (MAXIMUM_LINE // 4 + 1))


def test_a_hundred_thousand_columns_are_refused_with_their_number():
    line = ",".join(["1.5"] * 100_000)
    assert "The table has 100,000 columns" in said("\n".join([line] * 20))


def test_columns_named_in_a_way_that_csv_refuses_are_an_error_of_use(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("x,y,z\n1,2,3\n2,3,5\n3,5,4\n")
    with pytest.raises(DiscoverError, match="put commas between them"):
        read_columns(file, "z", "x\ry")


CELLS = st.one_of(
    st.sampled_from(["1", "2.5", "-3e4", "", " ", '"', '""', '"a', "a", "NA", "1,5", "1.234.567", "nan", "inf", "9" * 5000]),
    st.sampled_from(["\t", "#", "x;y", "\r", "\x0b", "\u2028"]),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    cells=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=12),
    between=st.sampled_from([",", ";", "\t", " ", "|", "·"]),
    delimiter=st.one_of(st.none(), st.characters(), st.sampled_from(["auto", "pipe", "\0", "·", "\ud800", " ", "'"])),
    decimal=st.sampled_from([None, ".", ",", "auto", "·"]),
    header=st.sampled_from([None, True, False]),
)
def test_any_cells_and_any_choice_give_a_table_or_a_sentence(cells, between, delimiter, decimal, header):
    text = "\n".join(between.join(row) for row in cells)
    with contextlib.suppress(TableError):
        read_table(text.encode(errors="surrogatepass"), "t.csv", Overrides(delimiter, decimal, header))
