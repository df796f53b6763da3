"""The answer of a search: the best formula in the names of the columns, its constants, and the Pareto front."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kan_core.evidence.r2 import r_squared_of_error
from kan_core.evidence.validation import Judged
from kan_core.search.finding import Finding, best_finding, on_all_rows, pareto_front
from kan_core.symbolic.formula import equations_latex, python_texts
from kan_core.training.data import constant_of
from server.discover.failure import DiscoverError
from server.discover.limit import within
from server.discover.numbers import Constant, constants, numbers_of
from server.discover.request import Request
from server.work.situation import Rows
from server.work.views.r2_text import r2_text


@dataclass(frozen=True, slots=True)
class Point:
    """An entry of the Pareto front."""

    formula: str
    complexity: int
    rmse_test: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What `--json` prints, field by field.

    `rmse_test`, `r2_test` and the front's rest on what `judged` says. `constant` is a target that is one number.
    """

    formula: str
    latex: str
    complexity: int
    rmse_test: float
    r2_test: float | None
    seconds: float
    constants: tuple[Constant, ...]
    pareto: tuple[Point, ...]
    seed: int
    judged: str
    notes: tuple[str, ...] = ()
    constant: float | None = None

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)

    def as_text(self) -> str:
        """For people: the formula, how good it is, and the alternatives."""
        measured = "" if self.r2_test is None else f" and {r2_text(self.r2_test)}"
        errors = f"rmse {self.rmse_test:.3g}{measured} ({self.judged})"
        if self.constant is not None:
            errors = f"the target is {self.constant:.15g} on every row"
        judged = f"{errors}, complexity {self.complexity}, {self.seconds:.1f} s"
        lines = [self.formula, "", judged, "", "complexity  rmse       formula"]
        return "\n".join(
            lines
            + [f"{point.complexity:10d}  {point.rmse_test:<9.2e}  {point.formula}" for point in self.pareto]
            + [*([""] if self.notes else []), *self.notes]
        )


# Seconds beyond the budget that error bars may take: without them the numbers are given alone.
_BEYOND = 1.0


def _left(request: Request) -> float:
    return request.began + request.budget + _BEYOND - time.monotonic()


def answer_from(findings: Sequence[Finding], rows: Rows, request: Request) -> Answer:
    """The finding with the shortest description, judged on the held-out rows.

    Raises:
        DiscoverError: no finding has a value on all of them.
    """
    # While there is time: a law has its constants from all rows, and so have those beside it.
    front, split = pareto_front(findings), rows.split
    best = within(_left(request), lambda: on_all_rows(_best(findings, rows), split), _best(findings, rows))
    fitted = within(_left(request), lambda: [on_all_rows(found, split) for found in front], front)
    (expression,) = best.formula.expressions
    numbers = within(_left(request), lambda: constants(expression, rows), numbers_of(expression))
    return _written(best, fitted, rows, request, numbers)


def answer_so_far(findings: Sequence[Finding], rows: Rows, request: Request) -> Answer:
    """The same in a moment: without error bars.

    Raises:
        DiscoverError: as above.
    """
    best = _best(findings, rows)
    return _written(best, pareto_front(findings), rows, request, numbers_of(best.formula.expressions[0]))


def _best(findings: Sequence[Finding], rows: Rows) -> Finding:
    best = best_finding(findings, rows.split.test.rows)
    if best is None:
        raise DiscoverError("nothing_found", "No formula was found that has a value on all rows.")
    return best


def _written(best: Finding, front: Sequence[Finding], rows: Rows, request: Request, numbers: tuple[Constant, ...]) -> Answer:
    split = best.judged_on or rows.split
    test = split.test
    method = "leave_one_out" if split.units is not None else "fitted" if test is split.train else "held_out"
    told = rows.told(split, Judged(test.targets, method))
    return Answer(
        formula=python_texts(best.formula.expressions, rows.inputs)[0],
        latex=equations_latex(rows.targets, best.formula.expressions, rows.inputs),
        complexity=best.complexity,
        rmse_test=best.test_rmse,
        r2_test=None if method == "fitted" else r_squared_of_error(best.test_rmse, test.targets, test.weights),
        seconds=round(time.monotonic() - request.began, 3),
        constants=numbers,
        pareto=tuple(
            Point(python_texts(found.formula.expressions, rows.inputs)[0], found.complexity, found.test_rmse) for found in front
        ),
        seed=request.seed,
        judged=told.text,
        notes=(f"{told.copies:,} row{'s are copies' if told.copies > 1 else ' is a copy'} of others.",) if told.copies else (),
        constant=constant_of(rows.split.every.targets[:, 0]),
    )
