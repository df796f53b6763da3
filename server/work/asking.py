"""The equations that a session began with, among its columns and their ranges, as `kan_core.symbolic.asking` takes them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from kan_core.errors import FormulaError
from kan_core.symbolic.asking import Asking
from kan_core.symbolic.equations import Box, box_around
from server.work.result import WorkError
from server.work.situation import Rows


def asking_of(rows: Rows) -> Asking:
    """What a session began with."""
    return Asking(rows.equations, rows.inputs, rows.targets, box_around(rows.split.every.inputs))


def box_of(low: Sequence[float], high: Sequence[float], names: Sequence[str]) -> Box:
    """Ranges of the inputs.

    Raises:
        WorkError: not one range for each, or one that is empty.
    """
    if len(low) != len(names) or len(high) != len(names):
        raise WorkError(
            f"The box has {len(low)} lower and {len(high)} upper ends for {len(names)} inputs.",
            code="bad_request",
            hint="Give one of each for every input.",
        )
    for name, start, end in zip(names, low, high, strict=True):
        if not (math.isfinite(start) and math.isfinite(end) and start < end and math.isfinite(end - start)):
            raise WorkError(
                f"The range of {name} is from {start:g} to {end:g}.", code="bad_request", hint="It must begin below its end."
            )
    return Box(torch.tensor(list(low), dtype=torch.float64), torch.tensor(list(high), dtype=torch.float64))


def said(error: FormulaError) -> WorkError:
    """What a person is told of an equation that cannot be read."""
    text = str(error)
    return WorkError(f"{text[:1].upper()}{text[1:]}.", code="bad_request", hint=HINT, line=error.line, position=error.position)


HINT = "Equations look like u_t = 0.1*u_xx or D(u, x, x) + u = 0, one a line, and u = 0 at x = 1 for a condition."
