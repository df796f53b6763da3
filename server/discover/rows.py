"""The options that speak of rows: what they weigh, which belong together, and which judge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from server.contract.rows import Judging, RowRoles
from server.discover.failure import DiscoverError


@dataclass(frozen=True, slots=True)
class RowOptions:
    """As given; `judged_by` is a column, or column=value."""

    weights: str | None = None
    sigma: str | None = None
    groups: str | None = None
    held_out: float | None = None
    last: float | None = None
    judged_by: str | None = None
    test: Path | None = None
    cross_validate: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            DiscoverError: two ways to weigh, or to judge.
        """
        named = {"--held-out": self.held_out, "--last": self.last, "--judged-by": self.judged_by, "--test": self.test}
        given = [name for name, value in named.items() if value is not None] + ["--cross-validate"] * self.cross_validate
        for both in ([name for name in ("weights", "sigma") if getattr(self, name) is not None], given):
            if len(both) > 1:
                names = " and ".join(name if name.startswith("--") else f"--{name}" for name in both)
                raise DiscoverError("usage", f"{names} are two ways of one thing; say one of them.")


def judging_of(options: RowOptions) -> Judging:
    """Who judges, without the rows of a second table."""
    if options.cross_validate:
        return Judging(kind="cross_validation")
    if options.held_out is not None:
        return Judging(kind="share", share=options.held_out)
    if options.last is not None:
        return Judging(kind="last", share=options.last)
    if options.judged_by is not None:
        column, sign, value = options.judged_by.partition("=")
        return Judging(kind="column", column=column.strip(), value=value.strip() if sign else None)
    return Judging()


def roles_of(options: RowOptions, judging: Judging) -> RowRoles:
    """What columns say of the rows."""
    return RowRoles(weight=options.weights, sigma=options.sigma, group=options.groups, judging=judging)
