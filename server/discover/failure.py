"""How a command can fail, and what it ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["usage", "bad_table", "nothing_found", "interrupted"]

# 2 is what typer itself ends with when an option is wrong, 130 what shells expect after Ctrl-C.
EXIT_CODES: Mapping[Kind, int] = {"usage": 2, "bad_table": 3, "nothing_found": 4, "interrupted": 130}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command ends with: its exit code, and what it prints for the next program and for the person."""

    code: int
    output: str = ""
    message: str = ""


class DiscoverError(Exception):
    """No formula; the message says what to change."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind

    def outcome(self) -> Outcome:
        """How the command ends with it."""
        return Outcome(EXIT_CODES[self.kind], message=str(self))


def none_in_time(budget: float) -> DiscoverError:
    """What is said when the budget is spent and there is no formula yet."""
    sentence = f"No formula was found within {budget:g} seconds. Give more with --budget, or fewer columns with --inputs."
    return DiscoverError("nothing_found", sentence)


def interrupted() -> DiscoverError:
    """What is said after Ctrl-C when there is no formula yet."""
    return DiscoverError("interrupted", "Interrupted before a formula was found.")
