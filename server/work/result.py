"""What a handler is given besides the action, and what it returns.

Handlers and answers (`server/work/handlers`, `server/work/queries`) use these; nothing here touches processes or files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.contract.events import Curves
from server.contract.problems import ProblemCode
from server.contract.rows import RowRoles
from server.contract.views import FormulaView, FrontPoint, LossPoint, Metrics, NetworkView, Task


class WorkError(Exception):
    """A request that cannot be carried out; becomes the problem a person sees, so the message says what to change."""

    def __init__(
        self,
        detail: str,
        *,
        code: ProblemCode = "action_failed",
        hint: str | None = None,
        line: int | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.line = line
        self.position = position
        self.detail = detail
        self.code: ProblemCode = code
        self.hint = hint


@dataclass(frozen=True, slots=True)
class TableData:
    """A dataset as a session uses it.

    Attributes:
        key: content address of the stored table, good for caching.
        content: the stored table as bytes.
        inputs, targets: the columns that are used.
        task: what is learned.
        origin: key of the table that this one has other values of; both are split alike. Empty for a table of its own.
        rows: `RowRoles` as JSON; empty in sessions from before rows could be chosen.
    """

    key: str
    content: bytes
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    task: Task = "regression"
    origin: str = ""
    rows: str = ""

    @property
    def roles(self) -> RowRoles | None:
        """What columns say of the rows; None in sessions from before that could be chosen."""
        return RowRoles.model_validate_json(self.rows) if self.rows else None


@dataclass(frozen=True, slots=True)
class FrontNetwork:
    """A formula on the front of a search and the network it is written from."""

    point: FrontPoint
    network: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a revision is made of.

    `curves` are the final ones, with density; `outcome` says whether it was cut short; `table` is a stored table whose rows take
    the place of the former ones from this revision on, None when they stay; `equations` are those that the rows' values fulfil.
    """

    network: bytes
    network_view: NetworkView
    metrics: Metrics
    formula: FormulaView
    curves: Curves
    losses: tuple[LossPoint, ...] = ()
    message: str | None = None
    outcome: Literal["done", "cancelled"] = "done"
    front: tuple[FrontNetwork, ...] = ()
    table: bytes | None = None
    equations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """What a query is asked about; each query of `server/work/query.py` says which parts it needs."""

    revision: str | None = None
    network: bytes | None = None
    table: TableData | None = None
    upload: bytes | None = None
