"""What every handler and query starts from: the rows of a session, split as always, and the parent's network.

The split depends on the table's content and on the chosen columns only, so every revision of a session, and every session
on the same columns, is measured on the same held-out rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from kan_core.importance.scores import Importance, importance
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes
from kan_core.network.trace import Trace, forward
from kan_core.training.data import Split, Table, make_table, split_places, split_rows
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.screen import screen_size, some_rows
from server.contract.views import Task
from server.tables.table import StoredTable
from server.work.classes import ClassTargets, class_targets
from server.work.result import TableData, WorkError

HELD_OUT = 0.2
SCREEN_ROWS = 4_000


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a session and the names of its columns.

    Attributes:
        split: training and held-out rows, raw units.
        inputs, targets: column names.
        units: unit of each input, then of each target.
        seed: of the split.
        objective: what fits of this session minimise unless an action says otherwise.
        classes: names of the classes that are learned; empty when numbers are.
        equations: what the session began with in place of measured values.
    """

    split: Split
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    units: tuple[str | None, ...]
    seed: int
    objective: Objective = field(default_factory=SquaredLoss)
    classes: tuple[str, ...] = ()
    equations: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Situation:
    """A network among its rows, with what screens need of it, computed once when asked for.

    Attributes:
        network: of the parent revision or of the one in the making.
        rows: of the session.
        look_at: how many training rows screens, scores and edits look at.
    """

    network: Network
    rows: Rows
    look_at: int = SCREEN_ROWS

    @property
    def split(self) -> Split:
        """Training and held-out rows."""
        return self.rows.split

    def with_network(self, network: Network) -> Situation:
        """The same rows with another network."""
        return Situation(network, self.rows, self.look_at)

    @property
    def seen(self) -> Table:
        """The training rows that screens, scores and edits look at."""
        return some_rows(self.split.train, screen_size(self.network, self.look_at))

    @cached_property
    def trace(self) -> Trace:
        """The network on those rows."""
        inputs = self.seen.inputs
        return forward(self.network, self.network.normalisation.inputs(inputs))

    @cached_property
    def scores(self) -> Importance:
        """Importance of edges and nodes on those rows, 0 … 1."""
        return _tame(importance(self.network, self.trace))


def situation_of(network: bytes | None, table: TableData | None) -> Situation:
    """The parent's network among the rows of its session.

    Raises:
        WorkError: one of them is not given.
    """
    if network is None:
        raise WorkError("There is no network yet.", hint="Start one first.")
    return Situation(from_bytes(network), rows_of(table))


def rows_of(table: TableData | None) -> Rows:
    """Rows and names of a session.

    Raises:
        WorkError: no table is given, or columns are named twice.
        TableError: a column that is not in the table.
    """
    if table is None:
        raise WorkError("There is no dataset.", hint="Choose a sample or upload a table first.")
    key = table.key or hashlib.sha256(table.content).hexdigest()
    return _rows(_Content(key, table.content), table.inputs, table.targets, table.task, _seed(table.origin or key))


class _Content:
    """Bytes that a cache tells apart by their key."""

    def __init__(self, key: str, data: bytes) -> None:
        self.key = key
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=2)
def _rows(content: _Content, inputs: tuple[str, ...], targets: tuple[str, ...], task: Task, seed: int) -> Rows:
    _check_names(inputs, targets)
    stored = StoredTable.from_bytes(content.data)
    values, units = torch.from_numpy(stored.select(inputs + targets)), dict(zip(stored.names, stored.units, strict=True))
    wanted = values[:, len(inputs) :].contiguous()
    classes: ClassTargets | None = None
    if task == "classification":
        classes = class_targets(stored, wanted, targets)
        wanted = classes.shares
    table = make_table(values[:, : len(inputs)].contiguous(), wanted)
    split = split_rows(table, torch.Generator().manual_seed(seed), HELD_OUT)
    own = tuple(units[name] for name in inputs)
    if classes is None:
        own_units = own + tuple(units[name] for name in targets)
        return Rows(split, inputs, targets, own_units, seed, equations=stored.equations)
    outputs = classes.outputs
    return Rows(split, inputs, outputs, own + (None,) * len(outputs), seed, classes.objective, classes.names)


def row_weights(table: TableData, column: str) -> Tensor:
    """(train rows,) the numbers of a column that says how much each row counts.

    Raises:
        WorkError: the column is a target, holds a negative number, or nothing but zeros on training rows.
        TableError: a column that is not in the table.
    """
    rows = rows_of(table)
    if column in table.targets:
        raise WorkError(f"The column '{column}' is a target and cannot weigh the rows.", code="bad_request")
    values = torch.from_numpy(StoredTable.from_bytes(table.content).select([column]))[:, 0]
    negative = torch.nonzero(values < 0).flatten()
    if negative.numel():
        place = int(negative[0])
        raise WorkError(
            f"The weight of row {place + 1} in the column '{column}' is {float(values[place]):.4g}: weights must be ≥ 0.",
            hint="Choose a column of weights, for example 1/σ² of each row.",
        )
    weights = values[split_places(values.shape[0], torch.Generator().manual_seed(rows.seed), HELD_OUT)[0]]
    if not float(weights.sum()) > 0:
        raise WorkError(f"All weights in the column '{column}' are 0 on the training rows.", hint="Choose another column.")
    return weights


def _check_names(inputs: tuple[str, ...], targets: tuple[str, ...]) -> None:
    if not inputs or not targets:
        raise WorkError("A network needs at least one input and one target.", code="bad_request", hint="Choose columns.")
    names = inputs + targets
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise WorkError(
            f"The column '{twice[0]}' is chosen twice.", code="bad_request", hint="A column is an input or a target, once."
        )


def _seed(key: str) -> int:
    """A number that depends on the table's content only."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "little")


def joined(tables: Sequence[Table]) -> Table:
    """Tables one below the other."""
    return Table(torch.cat([table.inputs for table in tables]), torch.cat([table.targets for table in tables]))


def _tame(scores: Importance) -> Importance:
    """Scores as numbers between 0 and 1, whatever the values were."""

    def within(values: Tensor) -> Tensor:
        return torch.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clamp(0.0, 1.0)

    return Importance(tuple(map(within, scores.edges)), tuple(map(within, scores.nodes)))
