"""Which rows judge. The choice rests on what is in a row, not on which columns were chosen, where it stands, or on a seed.

A row is told by the numbers of all columns of its table, so the same table and the same choice give the same rows, whoever
asks and whatever explains what. Rows that are equal in all chosen columns are copies and stay on one side, as do the rows of a
group: else a model would be judged on rows that it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from kan_core.errors import DataError
from kan_core.training.data import Split, Table, check_weights

Rows = NDArray[np.floating[Any]]
Hashes = NDArray[np.uint64]
Kind = Literal["auto", "share", "cross_validation", "rows", "last"]


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Which rows are to judge.

    Attributes:
        kind: "share" keeps a share of the rows back, "last" the last ones, "rows" those that are named; "cross_validation" keeps
            none back: each row is predicted by a fit without it. "auto" is the share, or cross-validation of few rows.
        share: of the rows that are kept back, 0 … 0.5; 0 is cross-validation.
        few: rows below which "auto" is cross-validation: a fifth of a hundred rows tells an error to about a sixth, and the fit
            misses them.
    """

    kind: Kind = "auto"
    share: float = 0.2
    few: int = 100


@dataclass(frozen=True, eq=False)
class Chosen:
    """The rows as they were chosen.

    Attributes:
        split: with `laws` where those have other rows.
        kind: what was done; "all" where there are no two rows, or groups, to tell apart.
        copies: rows that are copies of another one.
        units: how many rows there are when copies, and the rows of a group, count as one.
    """

    split: Split
    kind: Literal["share", "cross_validation", "rows", "last", "all"]
    copies: int
    units: int


def choose_rows(
    table: Table,
    judging: Judging | None = None,
    *,
    content: Rows | None = None,
    groups: Tensor | None = None,
    named: Tensor | None = None,
) -> Chosen:
    """Rows to fit and rows that judge. Rows that weigh nothing do neither.

    Networks without splines are fitted to all rows and judged by cross-validation (`Split.laws`), unless the rows that judge
    were named or are the last ones: those a person wants kept out of every fit.

    Args:
        table: all rows, with their weights.
        judging: which are to judge.
        content: (rows, columns) what tells rows apart: all columns of their table; the chosen ones when absent.
        groups: (rows,) rows of one number are of one group.
        named: (rows,) which rows judge, of kind "rows".

    Raises:
        DataError: a share that is none, no row named or no other left, weights or groups that do not fit the rows.
    """
    judging = judging or Judging()
    if not 0 <= judging.share <= 0.5:
        raise DataError(f"the share of rows that judge must be 0 to 0.5, got {judging.share:.3g}")
    check_weights(table)
    values = torch.cat([table.inputs, table.targets], 1).detach().cpu().double().numpy()
    keys = hashes_of(values)
    # In single precision: the same numbers read from elsewhere, or kept in fewer bits, are the same row.
    tells = hashes_of(_single(values if content is None else content))
    kept = np.arange(table.rows) if table.weights is None else np.flatnonzero(table.weights.detach().cpu().numpy() > 0)
    table = table if len(kept) == table.rows else table.take(torch.from_numpy(kept))
    keys, tells = keys[kept], tells[kept]
    copies = len(keys) - len(np.unique(keys))
    if groups is not None:
        keys = tells = hashes_of(groups.detach().cpu().double().numpy()[kept, None])
    units, count = _numbered(keys, tells)
    kind = judging.kind
    if kind == "auto":
        kind = "cross_validation" if table.rows < judging.few else "share"
    if kind == "rows":
        return Chosen(_named(table, named, kept), kind, copies, count)
    if kind == "last":
        places = np.arange(len(kept)) >= len(kept) - _held_out(judging.share, len(kept))
        return Chosen(_apart(table, places), kind, copies, count)
    if count < 2:
        return Chosen(Split(table, table), "all", copies, count)
    whole = Split(table, table, torch.from_numpy(units))
    if kind == "cross_validation" or judging.share == 0:
        return Chosen(whole, "cross_validation", copies, count)
    apart = _apart(table, units < _units_held_out(judging.share, units, count))
    return Chosen(Split(apart.train, apart.test, laws=whole), kind, copies, count)


def kept_back(split: Split, parts: int = 5) -> Split:
    """The same rows with one part of them held out, where cross-validation would judge: for fits that are many and short."""
    if split.units is None or int(split.units.max()) < 1:
        return split
    judges = (split.units % min(parts, int(split.units.max()) + 1) == 0).cpu().numpy()
    return _apart(split.train, judges)


def hashes_of(rows: Rows) -> Hashes:
    """(rows,) a number that stands for the (rows, columns) numbers of a row, in the order of its columns.

    The finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) over one column after the other.
    """
    made = np.full(len(rows), rows.shape[1], dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in np.asarray(rows, dtype=np.float64).T:
            # 0 and -0 are one number.
            made = (made ^ (column + 0.0).view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
            made = (made ^ (made >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            made = (made ^ (made >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            made ^= made >> np.uint64(31)
    return made


def _single(rows: Rows) -> Rows:
    with np.errstate(over="ignore"):
        return np.asarray(rows, dtype=np.float32).astype(np.float64)


def _numbered(keys: Hashes, tells: Hashes) -> tuple[NDArray[np.int64], int]:
    """(rows,) number of the unit of each row, 0, 1, … as the smallest of its members' contents says, and how many there are."""
    _, places = np.unique(keys, return_inverse=True)
    count = int(places.max()) + 1 if len(places) else 0
    smallest = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(smallest, places, tells)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(smallest, kind="stable")] = np.arange(count)
    return rank[places], count


def _units_held_out(share: float, units: NDArray[np.int64], count: int) -> int:
    """How many of the first units hold nearest to the share of the rows; at least one, and one is left."""
    reached = np.cumsum(np.bincount(units, minlength=count))
    return int(np.abs(reached[:-1] - share * len(units)).argmin()) + 1


def _held_out(share: float, rows: int) -> int:
    if rows < 2:
        raise DataError("two rows are needed, one to fit and one that judges")
    return min(max(round(share * rows), 1), rows - 1)


def _named(table: Table, named: Tensor | None, kept: NDArray[np.int64]) -> Split:
    if named is None:
        raise DataError("say which rows judge")
    judges = named.detach().cpu().numpy().astype(np.bool_)[kept]
    if not judges.any() or judges.all():
        raise DataError("all rows judge, and none is left to fit" if judges.any() else "no row judges")
    return _apart(table, judges)


def _apart(table: Table, judges: NDArray[np.bool_]) -> Split:
    device = table.inputs.device
    train, test = (table.take(torch.from_numpy(np.flatnonzero(part)).to(device)) for part in (~judges, judges))
    return Split(train, test)
