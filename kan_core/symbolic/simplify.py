"""Shorter forms of finished formulas, found by sympy in a process of its own with a time limit.

sympy's simplifiers may run for ever, so they are started with `python -m`, spoken to in JSON (`expression.coding`) and
killed when time is up; what they found until then is used. Works inside any worker process, daemonic or not. Every
candidate is compared with the original on the data; none is trusted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kan_core.errors import FormulaError
from kan_core.expression.coding import from_data, to_data
from kan_core.expression.complexity import complexity
from kan_core.expression.tree import Expression, Hidden, Spline, columns_of, walk
from kan_core.expression.valuation import Valuation, Values
from kan_core.own_code import environment

_AGREEMENT = 1e-10
_MODULE = "kan_core.symbolic.simplify_process"


@dataclass(frozen=True)
class Simplified:
    """The shortest forms that agree with the originals, and what went wrong, if anything."""

    expressions: tuple[Expression, ...]
    note: str | None


def simplify_expressions(expressions: Sequence[Expression], rows: Values, *, time_limit: float) -> Simplified:
    """Look for shorter forms of all expressions for at most `time_limit` seconds together.

    A candidate counts when it is shorter and differs from the original by at most 1e-10 of its spread on the data.

    Args:
        expressions: without splines and hidden nodes.
        rows: (rows, inputs) the data, raw units.
        time_limit: seconds; the process is killed then.
    """
    if any(isinstance(part, Spline | Hidden) for expression in expressions for part in walk(expression)):
        return Simplified(tuple(expressions), "Not simplified: there are splines in the formula.")
    request = json.dumps({"inputs": rows.shape[1], "trees": [to_data(expression) for expression in expressions]})
    lines, note = _ask(request, time_limit)
    best = list(expressions)
    valuation = Valuation(rows)
    for line in lines:
        place, candidate = _read(line, rows.shape[1])
        if candidate is None or not 0 <= place < len(best):
            continue
        if complexity(candidate) < complexity(best[place]) and _agree(candidate, expressions[place], valuation):
            best[place] = candidate
    return Simplified(tuple(best), note)


def _ask(request: str, time_limit: float) -> tuple[list[str], str | None]:
    """Lines the process wrote before it ended or was killed, and a note."""
    try:
        finished = subprocess.run(  # noqa: S603, a fixed command of our own; the formula goes in as data
            [sys.executable, "-m", _MODULE],
            input=request.encode(),
            capture_output=True,
            timeout=time_limit,
            check=False,
            env=environment(),
        )
    except subprocess.TimeoutExpired as expired:
        found = (expired.stdout or b"").decode(errors="replace").splitlines()
        return found, f"Simplification was stopped after {time_limit:g} s."
    except OSError as error:
        return [], f"Not simplified: {error}."
    note = None if finished.returncode == 0 else "Simplification failed; the formula is as the network writes it."
    return finished.stdout.decode(errors="replace").splitlines(), note


def _read(line: str, inputs: int) -> tuple[int, Expression | None]:
    """Place and candidate of one line; a line cut short by the kill is no candidate."""
    try:
        answer = json.loads(line)
        candidate = from_data(answer["tree"])
        return int(answer["place"]), candidate if all(index < inputs for index in columns_of(candidate)) else None
    except (ValueError, KeyError, TypeError, FormulaError):
        return -1, None


def _agree(candidate: Expression, original: Expression, valuation: Valuation) -> bool:
    values, wanted = valuation.values(candidate), valuation.values(original)
    finite = np.isfinite(wanted)
    if not bool((np.isfinite(values) == finite).all()) or not bool(finite.any()):
        return False
    spread = max(float(np.ptp(wanted[finite])), 1e-300)
    return float(np.abs(values[finite] - wanted[finite]).max()) <= _AGREEMENT * spread
