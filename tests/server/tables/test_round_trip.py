"""A table written in any dialect reads back equal."""

import codecs
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from server.tables.errors import TableError
from server.tables.read import Overrides, ReadTable, read_table


@dataclass(frozen=True)
class Written:
    delimiter: str
    decimal: str
    thousands: str
    header: bool
    units: bool
    quoted: bool
    trailing: bool
    comment: bool
    newline: str
    encoding: str


dialects = st.builds(
    Written,
    delimiter=st.sampled_from([",", ";", "\t", "|", "  ", " \t "]),
    decimal=st.sampled_from([".", ","]),
    thousands=st.sampled_from(["", "", "other", "'", "\u00a0"]),
    header=st.booleans(),
    units=st.booleans(),
    quoted=st.booleans(),
    trailing=st.booleans(),
    comment=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
)
values = st.floats(allow_nan=False, allow_infinity=False, width=64)
tables = st.integers(2, 4).flatmap(
    lambda columns: st.lists(st.lists(values, min_size=columns, max_size=columns), min_size=4, max_size=12)
)


def number(value: float, how: Written) -> str:
    text = repr(value)
    if how.thousands and "e" not in text:
        separator = {"other": "." if how.decimal == "," else ","}.get(how.thousands, how.thousands)
        whole, _, rest = text.partition(".")
        return f"{int(whole):,}".replace(",", separator) + how.decimal + rest if whole != "-0" else text.replace(".", how.decimal)
    # "1e+300" has no decimal mark; a mark keeps the file's dialect decidable.
    mantissa, mark, exponent = text.partition("e")
    mantissa = mantissa if "." in mantissa else mantissa + ".0"
    return mantissa.replace(".", how.decimal) + mark + exponent


def write(rows: list[list[float]], how: Written) -> bytes:
    def line(cells: list[str], quote: bool) -> str:
        cells = [f'"{cell}"' if quote else cell for cell in cells]
        return how.delimiter.join(cells) + (how.delimiter if how.trailing else "")

    width = len(rows[0])
    quote = how.quoted or (how.decimal == "," and how.delimiter == ",") or how.thousands != ""
    lines = ["# notes"] if how.comment else []
    lines += [line([f"größe{place}" for place in range(width)], how.quoted)] if how.header else []
    lines += [line(["µm"] * width, how.quoted)] if how.header and how.units else []
    # A first and a last row that prove the decimal mark and leave no column constant.
    rows = [[0.5 + 0.25 * place for place in range(width)], *rows, [-7.5 - 0.25 * place for place in range(width)]]
    lines += [line([number(value, how) for value in row], quote) for row in rows]
    text = how.newline.join(lines) + how.newline
    mark = codecs.BOM_UTF16_LE if how.encoding == "utf-16" else b""
    return mark + text.encode("utf-16-le" if how.encoding == "utf-16" else how.encoding)


@settings(max_examples=300, deadline=None)
@given(rows=tables, how=dialects)
def test_a_table_written_in_any_dialect_reads_back_equal(rows, how):
    read = read_table(write(rows, how), "table.csv")
    assert read.table.rows == len(rows) + 2, read.view.notes
    assert np.array_equal(read.table.values[1:-1], np.array(rows)), read.view.notes
    if how.header:
        assert read.table.names == tuple(f"größe{place}" for place in range(len(rows[0])))
        assert set(read.table.units) == ({"µm"} if how.units else {None})
    assert read.view.rows_left_out == 0


@settings(max_examples=60, deadline=None)
@given(rows=tables, how=dialects)
def test_what_is_found_out_can_also_be_said(rows, how):

    delimiter = how.delimiter if len(how.delimiter) == 1 else "space"
    said = Overrides(delimiter=delimiter, decimal=how.decimal, header=how.header)
    found = read_table(write(rows, how), "table.csv")
    told = read_table(write(rows, how), "table.csv", said)
    assert told.table.to_bytes() == found.table.to_bytes()


def attempt(data: bytes) -> ReadTable | TableError:
    try:
        return read_table(data, "noise")
    except TableError as error:
        return error


def is_table_or_reason(outcome: ReadTable | TableError) -> bool:
    if isinstance(outcome, TableError):
        return bool(outcome.detail and outcome.hint)
    return bool(np.isfinite(outcome.table.values).all() and outcome.view.model_dump_json())


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise_than_by_saying_so(data):
    assert is_table_or_reason(attempt(data))


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="0123456789.,;\t |\"'abcE+-#\n ", max_size=300))
def test_nor_does_any_text(text):
    assert is_table_or_reason(attempt(text.encode()))
