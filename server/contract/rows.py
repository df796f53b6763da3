"""What the rows of a session weigh, which of them belong together, and which of them judge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.contract.base import Message

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Judging(Message):
    """Which rows judge. Whatever columns are chosen, the same rows do; copies of a row, and groups, stay on one side."""

    kind: Literal["auto", "share", "cross_validation", "column", "last"] = Field(
        default="auto",
        description="share keeps a share of the rows back, last the last ones, column those that a column names, and "
        "cross_validation none. auto is the share, or cross-validation below 100 rows.",
    )
    share: float = Field(default=0.2, ge=0, le=0.5, description="Of kinds share and last; a share of 0 is cross-validation.")
    column: Name | None = Field(default=None, description="Of kind column.")
    value: str | float | None = Field(
        default=None, description="Number or label in that column of the rows that judge; any number but 0 when absent."
    )


class RowRoles(Message):
    """Columns that are neither inputs nor targets and say something about the rows, and who judges."""

    weight: Name | None = Field(default=None, description="Column of numbers ≥ 0: how much each row counts, relative.")
    sigma: Name | None = Field(default=None, description="Column of numbers > 0: standard deviation of the target in each row.")
    group: Name | None = Field(default=None, description="Column whose equal values make rows one group, which is never split.")
    judging: Judging = Judging()

    def columns(self) -> tuple[str, ...]:
        """The columns that it names, each once."""
        named = (self.weight, self.sigma, self.group, self.judging.column)
        return tuple(dict.fromkeys(name for name in named if name is not None))


class JudgedView(Message):
    """What errors rest on."""

    method: Literal["held_out", "leave_one_out", "folds", "fitted", "unfitted"] = Field(
        description="Rows that were kept back; each row as a fit without it would predict it, from the hat matrix or from fits "
        "without each fold; the rows of the fit, where there are no others; or all, before any fit."
    )
    kind: Literal["share", "cross_validation", "rows", "last", "all"] = Field(description="How rows were chosen.")
    rows: int = Field(description="That judge.")
    of: int = Field(description="All rows.")
    folds: int = 0
    groups: int = Field(default=0, description="Groups that were kept whole.")
    group: str = Field(default="", description="Their column.")
    column: str = Field(default="", description="That named the rows.")
    copies: int = Field(default=0, description="Rows that are copies of another one and stay with it.")
    text: str = Field(description="The same in words.", examples=["leave-one-out, all 240 rows"])
