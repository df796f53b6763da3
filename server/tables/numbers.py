"""A column of text cells → float64, with what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from server.tables.numerals import MISSING, Decimal, decimal_mark

_GAPS = "[ \u00a0\u2009\u202f'\u2019_]"
_WORDS_OF_NOT_FINITE = {"1.#inf": "inf", "-1.#inf": "-inf", "-1.#ind": "nan", "1.#qnan": "nan"}


@dataclass(frozen=True, eq=False)
class Numbers:
    """One column as numbers.

    Attributes:
        values: (rows,) float64; NaN where missing or unreadable, infinities kept.
        missing: (rows,) bool, cells that say there is no value.
        unreadable: (rows,) bool, cells that are text.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]


def to_numbers(cells: pl.Series, decimal: Decimal, *, forced: bool = False) -> Numbers:
    """Read a column; its own proof of a decimal mark wins over the file's unless the person has `forced` one.

    Thousands separators (the other mark, blanks, apostrophes, underscores), typographic minus signs and Fortran's
    exponents (`1D3`) are understood.
    """
    text = cells.fill_null("").str.strip_chars(" \t\u00a0\u2009\u202f")
    lower = text.str.to_lowercase()
    missing = lower.is_in(list(MISSING))
    if not forced:
        decimal = decimal_mark(_doubtful(text)) or decimal
    values = _cast(_with_point(text, decimal))
    rest = values.is_null() & ~missing
    if rest.any():
        repaired = _cast(_repaired(lower.filter(rest), decimal))
        values = values.scatter(_indices(rest), repaired)
    unreadable = values.is_null() & ~missing
    array = values.fill_null(float("nan")).to_numpy().astype(np.float64)
    array[missing.to_numpy()] = np.nan
    return Numbers(array, missing.to_numpy(), unreadable.to_numpy())


def _doubtful(text: pl.Series) -> list[str]:
    """Up to 500 cells with a comma, and as many with a point."""
    commas = text.filter(text.str.contains(",", literal=True)).head(500)
    points = text.filter(text.str.contains(".", literal=True)).head(500) if commas.len() else text.head(0)
    return cast("list[str]", commas.to_list() + points.to_list())


def _indices(mask: pl.Series) -> pl.Series:
    return pl.Series(np.flatnonzero(mask.to_numpy()))


def _cast(text: pl.Series) -> pl.Series:
    return text.cast(pl.Float64, strict=False)


def _with_point(text: pl.Series, decimal: Decimal) -> pl.Series:
    """Cells with the decimal mark turned into a point and thousands separators taken out."""
    if decimal == ".":
        if not text.str.contains(",", literal=True).any():
            return text
        grouped = text.str.contains(r"^[+\-]?\d{1,3}(,\d{3})+(\.\d*)?([eE][+\-]?\d+)?$")
        return _where(grouped, text.str.replace_all(",", "", literal=True), text)
    grouped = text.str.contains(r"^[+\-]?\d{1,3}(\.\d{3})+(,\d*)?([eE][+\-]?\d+)?$")
    text = _where(grouped, text.str.replace_all(".", "", literal=True), text)
    single = text.str.count_matches(",", literal=True) == 1
    return _where(single & ~text.str.contains(".", literal=True), text.str.replace(",", ".", literal=True), text)


def _repaired(text: pl.Series, decimal: Decimal) -> pl.Series:
    """Lower-case cells that polars could not read, with less usual spellings mended."""
    text = text.replace(_WORDS_OF_NOT_FINITE).str.replace("\u2212", "-", literal=True)
    grouped = text.str.contains(rf"^[+\-]?\d{{1,3}}({_GAPS}\d{{3}})+([.,]\d*)?(e[+\-]?\d+)?$")
    text = _where(grouped, text.str.replace_all(_GAPS, ""), text)
    fortran = text.str.contains(r"^[+\-]?[\d.,]+d[+\-]?\d+$")
    text = _where(fortran, text.str.replace("d", "e", literal=True), text)
    text = _with_point(text, decimal)
    edge = text.str.contains(r"^[+\-]?(\d+\.|\.\d+)(e[+\-]?\d+)?$")
    return _where(edge, text.str.replace(r"\.$", "").str.replace(r"\.e", "e").str.replace(r"^([+\-]?)\.", "${1}0."), text)


def _where(mask: pl.Series, chosen: pl.Series, other: pl.Series) -> pl.Series:
    return chosen.zip_with(mask, other)
