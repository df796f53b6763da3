"""What the sessions need of an engine: perform an action and tell what happens, answer a query.

Bulky things (network snapshots, tables) are named by their blob keys; an engine fetches them where the work is done.
A cluster can implement this as well as the local pool of processes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, Protocol

from server.contract.actions import Action
from server.contract.events import Curves, Front, Losses, Progress
from server.contract.problems import Problem
from server.contract.views import Task, WaitingView
from server.engine.effort import Size
from server.work.query import Answer_co, Query
from server.work.result import Result


@dataclass(frozen=True, slots=True)
class TableRef:
    """A stored table by its blob key, the columns a session uses, what it learns, and the table whose split it shares.

    `rows` says what rows weigh and which judge, as `RowRoles` in JSON; empty in sessions from before that could be chosen.
    """

    key: str
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    task: Task = "regression"
    origin: str = ""
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ActionJob:
    """An action on the network `parent` (blob key; None for the first action of a session), joined with `other` if given.

    `checkpoint` is the blob key of what it came to before a pause, from which it goes on. `session` takes turns with others;
    `size` is that of `parent` and the table.
    """

    action_id: str
    action: Action
    parent: str | None
    table: TableRef
    other: str | None = None
    checkpoint: str | None = None
    session: str = ""
    size: Size = field(default_factory=Size)


@dataclass(frozen=True, slots=True)
class QueryJob(Generic[Answer_co]):
    """A query and what it is about, as far as it needs it; `upload` is a file, `session` takes turns with others."""

    query: Query[Answer_co]
    revision: str | None = None
    network: str | None = None
    table: TableRef | None = None
    upload: Path | None = None
    session: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The action ended, after `seconds` of work, with what its revision is made of."""

    result: Result
    seconds: float

    @property
    def outcome(self) -> Literal["done", "cancelled"]:
        """Whether it was cut short."""
        return self.result.outcome


@dataclass(frozen=True, slots=True)
class Stopped:
    """The action was cancelled and left nothing to keep."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The action could not be performed."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Queued:
    """The action waits for a worker; told anew when its place or the estimate changes."""

    waiting: WaitingView


@dataclass(frozen=True, slots=True)
class Workers:
    """How it stands with those who do the work; `waiting` counts requests by lane."""

    ready: int
    size: int
    failed_starts: int = 0
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Restarted:
    """A worker was lost and the action begins again in another one."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A worker has taken the action."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The action was put aside and occupies no worker; None when it had not begun, or not gone on, since it was asked for.

    Somebody has paused it, or it gives way to others: then it is to be performed again, from its checkpoint, at once.
    """

    checkpoint: bytes | None


Frame = Progress | Losses | Curves | Front
RunEvent = Frame | Queued | Begun | Restarted | Finished | Stopped | Failed | Paused


class Run(Protocol):
    """One action under way."""

    @abstractmethod
    def events(self) -> AsyncGenerator[RunEvent, None]:
        """Frames, and at last exactly one of `Finished`, `Stopped`, `Failed` and `Paused`. To be iterated once."""

    @abstractmethod
    def cancel(self) -> None:
        """Ask it to stop and keep its best state; one with a checkpoint gets a worker first, to say what that is."""

    @abstractmethod
    def pause(self, paused: bool) -> None:
        """Have it put aside at the end of its step (then its events end with `Paused`), or not, while it is not yet."""


class Engine(Protocol):
    """Somewhere that work is done."""

    @property
    @abstractmethod
    def workers(self) -> Workers:
        """How many workers are alive and warm, and how many wait for one."""

    @abstractmethod
    def perform(self, job: ActionJob) -> Run:
        """Queue an action; it starts when its events are iterated.

        Tasks that it hands out (`work.sharing`) are done wherever this engine does work, by its registry's `tasks`.
        """

    @abstractmethod
    async def answer(self, job: QueryJob[Answer_co]) -> Answer_co:
        """Answer a query, or raise `ProblemError`. Whoever gives up waiting for it takes the work back, too."""

    @abstractmethod
    async def close(self) -> None:
        """Give up all work and end the workers."""
