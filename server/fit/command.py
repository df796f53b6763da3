"""The command `kanscope fit`: options, errors and exit codes. What it does is in `job`.

Imported with every start of the program, so nothing heavy is imported here before the command runs.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from server.discover.failure import EXIT_CODES, DiscoverError
from server.fit.request import FitRequest
from server.loading import without_collector


class Sigma(StrEnum):
    """What is believed of a column of standard deviations."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


def fit(  # noqa: PLR0913, PLR0917 - the options of a command
    file: Annotated[Path, typer.Argument(help="Table of numbers: CSV, TSV or any usual text table.")],
    target: Annotated[str, typer.Option(help="Column on the left of the formula.")],
    model: Annotated[str, typer.Option(help="Formula with named constants, such as b1*(1 - exp(-b2*x)).")],
    start: Annotated[list[str] | None, typer.Option(help="Where a constant begins: b1=500. Several times.")] = None,
    bounds: Annotated[list[str] | None, typer.Option(help="What a constant keeps to: b1=0: or b1=:5 or b1=0:5.")] = None,
    fix: Annotated[list[str] | None, typer.Option(help="A constant that is not fitted: b3=9.81.")] = None,
    sigma: Annotated[str | None, typer.Option(help="Column of standard deviations of the target.")] = None,
    weights: Annotated[str | None, typer.Option(help="Column of relative weights of the rows.")] = None,
    sigma_is: Annotated[
        Sigma, typer.Option(help="Whether σ is believed as it is, or in its ratios only; error bars then follow from the fit.")
    ] = Sigma.ABSOLUTE,
    per: Annotated[
        list[str] | None, typer.Option(help="One value per category of a column: state=Vm; the same as Vm[state]. Several times.")
    ] = None,
    tie: Annotated[
        list[str] | None, typer.Option(help="A constant that is the same as another: K[untreated]=K[treated]. Several times.")
    ] = None,
    profile: Annotated[
        list[str] | None, typer.Option(help="A constant whose profile likelihood gives its interval, or all. Several times.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=86_400, help="That the fit may take.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the search for starts.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Fit the constants of a formula to a table, with their standard errors."""
    request = FitRequest(
        file=file,
        target=target,
        model=model,
        start=tuple(start or ()),
        bounds=tuple(bounds or ()),
        fix=tuple(fix or ()),
        sigma=sigma,
        weights=weights,
        seed=seed,
        tie=tuple(tie or ()),
        per=tuple(per or ()),
        profile=tuple(profile or ()),
        relative=sigma_is is Sigma.RELATIVE,
        seconds=seconds,
    )
    with without_collector():
        from server.fit.job import answer_to

    try:
        answer = answer_to(request)
    except DiscoverError as error:
        typer.echo(f"kanscope fit: {error}", err=True)
        raise typer.Exit(EXIT_CODES[error.kind]) from None
    typer.echo(answer.as_json() if as_json else answer.as_text())
