"""What a paused action leaves, so that it can go on in any worker: one class for each way in which actions take their time.

A handler makes one between two of its steps (`Control.may_pause`) and finds it again in `Control.resumed` when the action
goes on. An action that went on ends as one that was never paused, bit for bit. Bytes are a msgpack map of plain data and
of snapshots; nothing is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from server.contract.coding import CodingError, pack, unpack
from server.contract.views import LossPoint
from server.work.result import WorkError

# Rises when an older program's checkpoints cannot be gone on from.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Reached:
    """A step worth keeping: its network, its number in the training itself, the objective there, and whether starts competed."""

    network: bytes
    step: int
    height: float
    converged: bool = False
    competing: bool = False


@dataclass(frozen=True, slots=True)
class Competed:
    """How many starts competed, how many steps each might take, and how many all of them took."""

    starts: int
    steps: int
    taken: int


@dataclass(frozen=True, slots=True)
class FitCheckpoint:
    """One training: the trainer's own checkpoint (`kan_core.training.checkpoint`), and what was made of it so far.

    `heats` are the losses of starts that compete, by their number.
    """

    trainer: bytes
    last: Reached
    best: Reached
    losses: tuple[LossPoint, ...] = ()
    competed: Competed | None = None
    heats: tuple[tuple[int, tuple[LossPoint, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """Where training on one grid stands."""

    grid: int
    network: bytes
    test_error: float


@dataclass(frozen=True, slots=True)
class ScheduleCheckpoint:
    """Trainings on one grid after another: the stages that are over, the present one, and the steps before it."""

    trainer: bytes
    over: tuple[Stage, ...]
    now: Stage
    before: int
    losses: tuple[LossPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one task: its round and its place there, None where none could be had, and the seconds spent when it came."""

    round: int
    place: int
    outcome: bytes | None
    spent: float


@dataclass(frozen=True, slots=True)
class SearchCheckpoint:
    """A search: the outcomes of its tasks in the order in which they came; tasks are pure, so that they stand for the rest."""

    outcomes: tuple[Outcome, ...]
    spent: float


Checkpoint = FitCheckpoint | ScheduleCheckpoint | SearchCheckpoint
_KINDS: Mapping[str, type[Checkpoint]] = {"fit": FitCheckpoint, "schedule": ScheduleCheckpoint, "search": SearchCheckpoint}


@dataclass(frozen=True, slots=True)
class Paused:
    """A checkpoint with the seconds of work behind it."""

    checkpoint: Checkpoint
    seconds: float


def paused_bytes(paused: Paused) -> bytes:
    """What is kept while an action is paused."""
    kind = next(name for name, each in _KINDS.items() if isinstance(paused.checkpoint, each))
    parts = asdict(paused.checkpoint)
    if "losses" in parts:
        parts["losses"] = _plain(parts["losses"])
    if "heats" in parts:
        parts["heats"] = [(start, _plain(points)) for start, points in parts["heats"]]
    return pack({"format": _FORMAT, "kind": kind, "seconds": paused.seconds, "parts": parts})


def read_paused(data: bytes) -> Paused:
    """What `paused_bytes` wrote.

    Raises:
        WorkError: it is damaged, or of a program that kept other things.
    """
    try:
        whole = unpack(data)
        if whole["format"] == _FORMAT:
            return Paused(_read(whole["kind"], whole["parts"]), float(whole["seconds"]))
    except (CodingError, LookupError, TypeError, ValueError) as error:
        raise WorkError(
            "What this paused action had come to cannot be read any more.", hint="Ask for the action again."
        ) from error
    raise WorkError("This action was paused by another version of Kanscope, which kept other things.", hint="Ask for it again.")


def _read(kind: str, parts: dict[str, Any]) -> Checkpoint:
    if kind == "search":
        return SearchCheckpoint(tuple(Outcome(**each) for each in parts["outcomes"]), parts["spent"])
    losses = _points(parts["losses"])
    if kind == "schedule":
        over = tuple(Stage(**each) for each in parts["over"])
        return ScheduleCheckpoint(parts["trainer"], over, Stage(**parts["now"]), parts["before"], losses)
    competed = None if parts["competed"] is None else Competed(**parts["competed"])
    heats = tuple((int(start), _points(points)) for start, points in parts["heats"])
    return FitCheckpoint(parts["trainer"], Reached(**parts["last"]), Reached(**parts["best"]), losses, competed, heats)


def _plain(points: Iterable[LossPoint]) -> list[dict[str, Any]]:
    return [point.model_dump() for point in points]


def _points(parts: Iterable[dict[str, Any]]) -> tuple[LossPoint, ...]:
    return tuple(LossPoint.model_validate(point) for point in parts)
