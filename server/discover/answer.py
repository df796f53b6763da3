"""The answer of a search: the best formula in the names of the columns, its constants, and the Pareto front."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kan_core.search.finding import Finding, best_finding, pareto_front
from kan_core.symbolic.formula import equations_latex
from server.discover.failure import DiscoverError, Request
from server.discover.numbers import Constant, constants
from server.work.situation import Rows
from server.work.views.front_points import renamed, text_of
from server.work.views.r2_text import r2_text


@dataclass(frozen=True, slots=True)
class Point:
    """An entry of the Pareto front."""

    formula: str
    complexity: int
    rmse_test: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What `--json` prints, field by field."""

    formula: str
    latex: str
    complexity: int
    rmse_test: float
    r2_test: float
    seconds: float
    constants: tuple[Constant, ...]
    pareto: tuple[Point, ...]
    seed: int

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)

    def as_text(self) -> str:
        """For people: the formula, how good it is, and the alternatives."""
        errors = f"rmse {self.rmse_test:.3g} and {r2_text(self.r2_test)} on held-out rows"
        judged = f"{errors}, complexity {self.complexity}, {self.seconds:.1f} s"
        lines = [self.formula, "", judged, "", "complexity  rmse       formula"]
        return "\n".join(lines + [f"{point.complexity:10d}  {point.rmse_test:<9.2e}  {point.formula}" for point in self.pareto])


def answer_from(findings: Sequence[Finding], rows: Rows, request: Request) -> Answer:
    """The finding with the shortest description, judged on the held-out rows.

    Raises:
        DiscoverError: no finding has a value on all of them.
    """
    targets = rows.split.test.targets
    best = best_finding(findings, rows.split.test.rows)
    if best is None:
        raise DiscoverError("nothing_found", "No formula was found that has a value on all rows.")
    expression = renamed(best, rows.inputs)
    spread = float((targets - rows.split.train.targets.mean(0)).square().mean().sqrt())
    return Answer(
        formula=text_of(expression, rows.inputs),
        latex=equations_latex(rows.targets, [expression], 4),
        complexity=best.complexity,
        rmse_test=best.test_rmse,
        r2_test=1 - (best.test_rmse / spread) ** 2 if spread > 0 else 0.0,
        seconds=round(time.monotonic() - request.began, 3),
        constants=constants(expression, rows),
        pareto=tuple(
            Point(text_of(renamed(found, rows.inputs), rows.inputs), found.complexity, found.test_rmse)
            for found in pareto_front(findings)
        ),
        seed=request.seed,
    )
