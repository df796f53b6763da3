"""The rows that a session asks for, out of its table: by what they weigh, which belong together, and which judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from kan_core.errors import DataError
from kan_core.evidence.choosing import Chosen, Judging, choose_rows
from kan_core.training.data import Split, Table, make_table, split_rows
from server.contract.rows import RowRoles
from server.tables.table import StoredTable
from server.work.result import WorkError

_FORMER_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Asked:
    """A table and what is asked of its rows.

    Attributes:
        stored: all columns.
        inputs: (rows, inputs) numbers of the chosen ones.
        wanted: (rows, outputs) what is learned.
        targets: names of the target columns.
        roles: None in sessions from before rows could be chosen.
        seed: by which those drew their rows.
    """

    stored: StoredTable
    inputs: Tensor
    wanted: Tensor
    targets: tuple[str, ...]
    roles: RowRoles | None
    seed: int


def chosen_rows(asked: Asked) -> Chosen:
    """Rows to fit and rows that judge.

    Raises:
        WorkError: weights, σ or rows that cannot be what they are chosen for.
        TableError: a column that is not in the table.
    """
    roles = asked.roles
    if roles is None:
        table = make_table(asked.inputs, asked.wanted)
        split = split_rows(table, torch.Generator().manual_seed(asked.seed), _FORMER_SHARE)
        return Chosen(split, "all" if split.train is split.test else "share", 0, table.rows)
    try:
        return _chosen(asked, roles)
    except DataError as error:
        text = str(error)
        raise WorkError(f"{text[:1].upper() if text[:1].isascii() else text[:1]}{text[1:]}.", code="bad_request") from error


def rows_for_laws(stored: StoredTable, targets: tuple[str, ...], roles: RowRoles) -> NDArray[np.intp]:
    """Places of the rows that laws are fitted to: all but those that a person wants kept out of every fit.

    Raises:
        WorkError: rows that cannot be what they are chosen for.
        TableError: a column that is not in the table.
    """
    if roles.judging.kind not in ("column", "last"):
        return np.arange(stored.rows)
    places = torch.arange(stored.rows, dtype=torch.float64)[:, None]
    chosen = chosen_rows(Asked(stored, places, places, targets, roles, 0))
    return chosen.split.for_laws.train.inputs[:, 0].numpy().astype(np.intp)


def _chosen(asked: Asked, roles: RowRoles) -> Chosen:
    stored, judging = asked.stored, roles.judging
    if stored.equations:
        # The values are a solution that changes, so they tell no row; and points are as many as one likes.
        places = [place for place, name in enumerate(stored.names) if name not in asked.targets]
        chosen = choose_rows(make_table(asked.inputs, asked.wanted), Judging(kind="share"), content=stored.values[:, places])
        return Chosen(Split(chosen.split.train, chosen.split.test), chosen.kind, 0, chosen.units)
    return choose_rows(
        _weighed(asked, roles),
        Judging(kind="rows" if judging.kind == "column" else judging.kind, share=judging.share),
        content=stored.values,
        groups=None if roles.group is None else _column(stored, roles.group),
        named=_named(stored, roles) if judging.kind == "column" else None,
    )


def _weighed(asked: Asked, roles: RowRoles) -> Table:
    weights = None if roles.weight is None else _column(asked.stored, roles.weight)
    sigma = None if roles.sigma is None else _column(asked.stored, roles.sigma)
    if weights is not None and sigma is None:
        _check_weights(weights, roles.weight or "")
    return make_table(asked.inputs, asked.wanted, weights, sigma)


def _check_weights(weights: Tensor, column: str) -> None:
    negative = torch.nonzero(weights < 0).flatten()
    if negative.numel():
        place = int(negative[0])
        raise WorkError(
            f"The weight of row {place + 1} in the column '{column}' is {float(weights[place]):.4g}: weights must be ≥ 0.",
            code="bad_request",
            hint="Choose a column of weights, for example 1/σ² of each row, or of σ.",
        )
    if not float(weights.sum()) > 0:
        raise WorkError(f"All weights in the column '{column}' are 0.", code="bad_request", hint="Choose another column.")


def _named(stored: StoredTable, roles: RowRoles) -> Tensor:
    """(rows,) whether a row judges."""
    column, value = roles.judging.column, roles.judging.value
    if column is None:
        raise WorkError("Say by which column rows judge.", code="bad_request", hint="Give judging a column.")
    values, labels = _column(stored, column), stored.labels_of(column)
    if value is None and len(labels) != 2:
        if labels:
            raise WorkError(
                f"The column '{column}' holds {len(labels)} labels; say which one judges.",
                code="bad_request",
                hint=f"One of {', '.join(labels[:5])}.",
            )
        return values != 0
    if value is None:
        return values == 1
    if labels:
        if str(value) not in labels:
            raise WorkError(
                f"The column '{column}' has no label ‘{value}’.", code="bad_request", hint=f"One of {', '.join(labels[:5])}."
            )
        return values == labels.index(str(value))
    try:
        return values == float(value)
    except ValueError:
        raise WorkError(f"The column '{column}' holds numbers, and ‘{value}’ is none.", code="bad_request") from None


def _column(stored: StoredTable, name: str) -> Tensor:
    return torch.from_numpy(stored.select([name]))[:, 0].contiguous()
