"""What a person asks of `kanscope discover`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from server.discover.rows import RowOptions


@dataclass(frozen=True, slots=True)
class Request:
    """The options as given.

    Attributes:
        began: when the command was started, by the monotonic clock; the budget counts from here.
        inputs: column names separated by commas.
        budget: seconds.
        workers: number of processes, None for one a processor.
        rows: what rows weigh and which judge.
    """

    began: float
    file: Path
    target: str
    inputs: str | None
    seed: int
    budget: float
    workers: int | None
    rows: RowOptions = field(default_factory=RowOptions)
