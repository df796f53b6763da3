"""The command `kanscope discover`: options, errors and exit codes. What it does is in `job`.

Imported with every start of the program, so nothing heavy is imported here before the command runs.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from server.discover.failure import EXIT_CODES, DiscoverError, Request
from server.loading import without_collector


def discover(
    file: Annotated[Path, typer.Argument(help="Table of numbers: CSV, TSV or any usual text table.")],
    target: Annotated[str, typer.Option(help="Column to explain.")],
    inputs: Annotated[str | None, typer.Option(help="Columns to explain it with, between commas; else all others.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the random starts; the same seed, the same formula.")] = 0,
    budget: Annotated[float, typer.Option(min=1, help="Seconds after which the best formula so far is the answer.")] = 30.0,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes that compute; else one a processor.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Find a formula for a column of a table."""
    request = Request(time.monotonic(), file, target, inputs, seed, budget, workers)
    with without_collector():
        from server.discover.job import answer_to

    try:
        answer = answer_to(request, sys.stderr)
    except DiscoverError as error:
        typer.echo(f"kanscope discover: {error}", err=True)
        raise typer.Exit(EXIT_CODES[error.kind]) from None
    typer.echo(answer.as_json() if as_json else answer.as_text())
