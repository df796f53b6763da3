"""Bytes of a file → text, with the encoding found out."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from server.tables.errors import TableError
from server.tables.limits import MAXIMUM_BYTES

_SAVE_AS_CSV = "Open it in the program it came from and save it as CSV or tab-separated text."
_OTHER_FORMATS = {
    b"PK\x03\x04": "This is an Excel, OpenDocument or zip file, not a text table.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel file, not a text table.",
    b"PAR1": "This is a Parquet file, not a text table.",
    b"\x1f\x8b": "This is a gzip file, not a text table.",
    b"\x89HDF": "This is an HDF5 file, not a text table.",
    b"%PDF": "This is a PDF file, not a text table.",
    b"\x93NUMPY": "This is a NumPy array file, not a text table.",
}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096


class Decoded(NamedTuple):
    """Text and the name of the encoding it was in."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    r"""Text of a file: by byte order mark, else UTF-16 when every second byte is 0, else UTF-8, else Windows-1252.

    Line ends become `\n`.

    Raises:
        TableError: empty, too large or not text.
    """
    if len(data) > MAXIMUM_BYTES:
        raise TableError(
            f"The file has {len(data) / 2**20:.0f} MB; the limit is {MAXIMUM_BYTES // 2**20} MB.",
            "Leave out columns or take every tenth row.",
        )
    for start, what in _OTHER_FORMATS.items():
        if data.startswith(start):
            raise TableError(what, _SAVE_AS_CSV)
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError(f"The file is not {encoding} text (byte {error.start}).", _SAVE_AS_CSV) from error
    if "\0" in text:
        raise TableError("The file holds binary data, not a text table.", _SAVE_AS_CSV)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise TableError("The file is empty.", "Choose a file with a header line and rows of numbers.")
    return Decoded(text, {"utf-8-sig": "utf-8"}.get(encoding, encoding))


def _encoding(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    if len(sample) >= 4 and len(data) % 2 == 0:
        if sample[1::2].count(0) > 0.9 * len(sample[1::2]):
            return "utf-16-le"
        if sample[0::2].count(0) > 0.9 * len(sample[0::2]):
            return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _windows(data)
    return "utf-8"


def _windows(data: bytes) -> str:
    """Windows-1252, or Latin-1 when bytes occur that Windows-1252 does not define."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"
