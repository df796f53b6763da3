"""What a person asks of `kanscope discover`, and how it can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["usage", "bad_table", "nothing_found", "interrupted"]

# 2 is what typer itself ends with when an option is wrong, 130 what shells expect after Ctrl-C.
EXIT_CODES: Mapping[Kind, int] = {"usage": 2, "bad_table": 3, "nothing_found": 4, "interrupted": 130}


class DiscoverError(Exception):
    """No formula; the message says what to change."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind


@dataclass(frozen=True, slots=True)
class Request:
    """The options as given.

    Attributes:
        began: when, by the monotonic clock; the budget counts from here.
        inputs: column names separated by commas.
        budget: seconds.
        workers: number of processes, None for one a processor.
    """

    began: float
    file: Path
    target: str
    inputs: str | None
    seed: int
    budget: float
    workers: int | None
