"""What an error rests on, in a few words: "leave-one-out, all 240 rows"."""

from __future__ import annotations

from dataclasses import dataclass

from kan_core.evidence.choosing import Chosen
from kan_core.evidence.validation import Judged, Method
from kan_core.training.data import Split


@dataclass(frozen=True, kw_only=True)
class JudgedBy:
    """Whose errors are told.

    Attributes:
        method: how predictions came about that the rows had no part in.
        kind: how the rows that judge were chosen.
        rows, of: that judge, of all.
        folds: of method "folds".
        groups: how many groups were kept whole, 0 where there are none; `group` is the name of their column.
        column: that named the rows.
        copies: rows that are copies of another one and stay with it.
    """

    method: Method
    kind: str
    rows: int
    of: int
    folds: int = 0
    groups: int = 0
    group: str = ""
    column: str = ""
    copies: int = 0

    @property
    def text(self) -> str:
        """For people, such as "48 of 240 rows held out"."""
        whole = f", groups of {self.group} whole" if self.groups and self.group else ", groups whole" if self.groups else ""
        if self.method == "leave_one_out":
            one = f"leave-one-group-out{f' by {self.group}' if self.group else ''}" if self.groups else "leave-one-out"
            return f"{one}, all {_rows(self.rows)}"
        if self.method == "folds":
            return f"cross-validation in {self.folds} parts, all {_rows(self.rows)}{whole}"
        if self.method == "fitted":
            return f"the {_rows(self.rows)} it was fitted to"
        if self.method == "unfitted":
            return f"all {_rows(self.rows)}, before any fit"
        if self.kind == "last":
            return f"the last {self.rows:,} of {_rows(self.of)}"
        if self.kind == "rows":
            return f"{self.rows:,} of {_rows(self.of)}{f' named by {self.column}' if self.column else ''}"
        return f"{self.rows:,} of {_rows(self.of)} held out{whole}"

    @property
    def error_name(self) -> str:
        """What their error is called."""
        names = {"held_out": "held-out error", "fitted": "error", "unfitted": "error"}
        return names.get(self.method, "cross-validated error")


def judged_by(chosen: Chosen, split: Split, judged: Judged, *, grouped: str | None = None, column: str = "") -> JudgedBy:
    """What the errors of a network rest on.

    Args:
        chosen: all rows.
        split: the part of them that this network has (`validation.rows_of_law`).
        judged: its predictions.
        grouped: name of the column of groups, empty without a name; None without groups.
        column: that named the rows.
    """
    return JudgedBy(
        method=judged.method,
        kind=chosen.kind,
        rows=split.test.rows,
        of=split.every.rows,
        folds=judged.folds,
        groups=0 if grouped is None else chosen.units,
        group=grouped or "",
        column=column,
        copies=chosen.copies,
    )


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
