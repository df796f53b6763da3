"""The command `kanscope fit`: options, errors and exit codes. What it does is in `job`.

Imported with every start of the program, so nothing heavy is imported here before the command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.discover.failure import EXIT_CODES, DiscoverError
from server.fit.request import FitRequest
from server.loading import without_collector


def fit(  # noqa: PLR0913, PLR0917 - the options of a command
    file: Annotated[Path, typer.Argument(help="Table of numbers: CSV, TSV or any usual text table.")],
    target: Annotated[str, typer.Option(help="Column on the left of the formula.")],
    model: Annotated[str, typer.Option(help="Formula with named constants, such as b1*(1 - exp(-b2*x)).")],
    start: Annotated[list[str] | None, typer.Option(help="Where a constant begins: b1=500. Several times.")] = None,
    bounds: Annotated[list[str] | None, typer.Option(help="What a constant keeps to: b1=0: or b1=:5 or b1=0:5.")] = None,
    fix: Annotated[list[str] | None, typer.Option(help="A constant that is not fitted: b3=9.81.")] = None,
    sigma: Annotated[str | None, typer.Option(help="Column of standard deviations of the target.")] = None,
    weights: Annotated[str | None, typer.Option(help="Column of relative weights of the rows.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the search for starts.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Fit the constants of a formula to a table, with their standard errors."""
    request = FitRequest(file, target, model, tuple(start or ()), tuple(bounds or ()), tuple(fix or ()), sigma, weights, seed)
    with without_collector():
        from server.fit.job import answer_to

    try:
        answer = answer_to(request)
    except DiscoverError as error:
        typer.echo(f"kanscope fit: {error}", err=True)
        raise typer.Exit(EXIT_CODES[error.kind]) from None
    typer.echo(answer.as_json() if as_json else answer.as_text())
