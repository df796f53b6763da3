"""The command `kanscope discover`: options, errors and exit codes. What it does is in `job`, how it keeps its time in `guard`.

Imported with every start of the program, so nothing heavy is imported here before the command runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.console import STARTED
from server.discover.failure import DiscoverError, interrupted, none_in_time
from server.discover.request import Request
from server.discover.rows import RowOptions
from server.loading import without_collector

if TYPE_CHECKING:
    from server.discover.failure import Outcome
    from server.discover.guard import Tell

# Seconds beyond the budget after which the best answer so far is given, whatever is still being computed.
_GRACE = 1.5


def discover(  # noqa: PLR0913, PLR0917 - the options of a command
    file: Annotated[Path, typer.Argument(help="Table of numbers: CSV, TSV or any usual text table.")],
    target: Annotated[str, typer.Option(help="Column to explain.")],
    inputs: Annotated[str | None, typer.Option(help="Columns to explain it with, between commas; else all others.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the random starts; the same seed, the same formula.")] = 0,
    budget: Annotated[float, typer.Option(min=1, help="Seconds after which the best formula so far is the answer.")] = 30.0,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes that compute; else one a processor.")] = None,
    weights: Annotated[str | None, typer.Option(help="Column of relative weights of the rows.")] = None,
    sigma: Annotated[str | None, typer.Option(help="Column of standard deviations of the target.")] = None,
    groups: Annotated[str | None, typer.Option(help="Column whose equal values make rows one group, never split.")] = None,
    held_out: Annotated[
        float | None, typer.Option(min=0, max=0.5, help="Share of the rows that judge; 0 cross-validates.")
    ] = None,
    last: Annotated[float | None, typer.Option(min=0, max=0.5, help="The last rows judge: this share of them.")] = None,
    judged_by: Annotated[str | None, typer.Option(help="Rows judge where this column is not 0, or has column=value.")] = None,
    test: Annotated[Path | None, typer.Option(help="A second table with the same columns, whose rows judge.")] = None,
    cross_validate: Annotated[bool, typer.Option("--cross-validate", help="Every row judges, by fits without it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Find a formula for a column of a table."""
    try:
        rows = RowOptions(weights, sigma, groups, held_out, last, judged_by, test, cross_validate)
        outcome = _outcome(Request(STARTED, file, target, inputs, seed, budget, workers, rows), as_json=as_json)
    except DiscoverError as error:
        outcome = error.outcome()
    if outcome.message:
        typer.echo(f"kanscope discover: {outcome.message}", err=True)
    if outcome.output:
        typer.echo(outcome.output)
    if outcome.code:
        raise typer.Exit(outcome.code)


def _outcome(request: Request, *, as_json: bool) -> Outcome:
    """What the command ends with, in time."""
    # Not with every start of the program: other commands need neither.
    from server.discover.guard import Ended, in_time
    from server.discover.terminal import erase

    def search(tell: Tell) -> Outcome:
        with without_collector():
            from server.discover.job import outcome_of

        return outcome_of(request, sys.stderr, tell, as_json=as_json)

    try:
        return in_time(request.began + request.budget + _GRACE, search, none_in_time(request.budget).outcome())
    except KeyboardInterrupt:
        return interrupted().outcome()
    except Ended as end:
        if end.code > 0:
            raise typer.Exit(end.code) from None
        sentence = "The process that searched was ended from outside, perhaps for want of memory. Use fewer rows or --workers."
        return DiscoverError("nothing_found", sentence).outcome()
    finally:
        erase(sys.stderr)
