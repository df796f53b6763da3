"""What every handler and query starts from: the rows of a session, split as always, and the parent's network.

Which rows judge depends on what is in the rows and on what a person chose for the session only (`kan_core.evidence.choosing`), so
every revision of a session is measured on the same rows; but laws, whose constants are fitted to all of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from kan_core.evidence.choosing import Chosen
from kan_core.evidence.judged_by import JudgedBy, judged_by
from kan_core.evidence.validation import Judged, judged, rows_of_law
from kan_core.importance.scores import Importance, importance
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes
from kan_core.network.trace import Trace, forward
from kan_core.training.data import Split, Table
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.screen import screen_size, some_rows
from server.contract.rows import RowRoles
from server.contract.views import Task
from server.tables.table import StoredTable
from server.work.choosing import Asked, chosen_rows
from server.work.classes import ClassTargets, class_targets
from server.work.result import TableData, WorkError

SCREEN_ROWS = 4_000


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a session and the names of its columns.

    Attributes:
        chosen: rows to fit and rows that judge, raw units.
        inputs, targets: column names.
        units: unit of each input, then of each target.
        seed: of the split.
        objective: what fits of this session minimise unless an action says otherwise.
        classes: names of the classes that are learned; empty when numbers are.
        equations: what the session began with in place of measured values.
        roles: what columns say of the rows; None in sessions from before that could be chosen.
    """

    chosen: Chosen
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    units: tuple[str | None, ...]
    seed: int
    objective: Objective = field(default_factory=SquaredLoss)
    classes: tuple[str, ...] = ()
    equations: tuple[str, ...] = ()
    roles: RowRoles | None = None

    @property
    def split(self) -> Split:
        """Rows to fit and rows that judge, while splines are left."""
        return self.chosen.split

    def told(self, split: Split, judged: Judged) -> JudgedBy:
        """What the errors of a network rest on."""
        roles = self.roles or RowRoles()
        return judged_by(self.chosen, split, judged, grouped=roles.group, column=roles.judging.column or "")


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
        """Rows to fit and rows that judge: all of them once no spline is left."""
        return rows_of_law(self.network, self.rows.split)

    @cached_property
    def judged(self) -> Judged:
        """Predictions for the rows that judge, by fits that have not seen them."""
        return judged(self.network, self.split, self.rows.objective)

    def with_network(self, network: Network) -> Situation:
        """The same rows with another network."""
        return Situation(network, self.rows, self.look_at)

    @property
    def told(self) -> JudgedBy:
        """What the errors of this network rest on."""
        return self.rows.told(self.split, self.judged)

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
        return _tame(importance(self.network, self.trace, self.seen.weights))


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
    return _rows(_Content(key, table.content), table.inputs, table.targets, table.task, _seed(table.origin or key), table.rows)


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
def _rows(content: _Content, inputs: tuple[str, ...], targets: tuple[str, ...], task: Task, seed: int, roles: str) -> Rows:
    _check_names(inputs, targets)
    stored = StoredTable.from_bytes(content.data)
    values, units = torch.from_numpy(stored.select(inputs + targets)), dict(zip(stored.names, stored.units, strict=True))
    wanted = values[:, len(inputs) :].contiguous()
    classes: ClassTargets | None = None
    if task == "classification":
        classes = class_targets(stored, wanted, targets)
        wanted = classes.shares
    own, given = tuple(units[name] for name in inputs), RowRoles.model_validate_json(roles) if roles else None
    rows = chosen_rows(Asked(stored, values[:, : len(inputs)].contiguous(), wanted, targets, given, seed))
    if classes is None:
        own_units = own + tuple(units[name] for name in targets)
        return Rows(rows, inputs, targets, own_units, seed, equations=stored.equations, roles=given)
    outputs = classes.outputs
    return Rows(rows, inputs, outputs, own + (None,) * len(outputs), seed, classes.objective, classes.names, roles=given)


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


def _tame(scores: Importance) -> Importance:
    """Scores as numbers between 0 and 1, whatever the values were."""

    def within(values: Tensor) -> Tensor:
        return torch.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clamp(0.0, 1.0)

    return Importance(tuple(map(within, scores.edges)), tuple(map(within, scores.nodes)))
