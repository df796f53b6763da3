"""NIST's problems by `fit_formula`: from both certified starts, and from none."""

from __future__ import annotations

import json
import time
from statistics import median

from benchmarks.nist import problems
from kan_core.fitting.formula import Setting, fit_formula, read_model


def main() -> None:
    """Print how many were reproduced, and the median time of a fit, as JSON."""
    times: list[float] = []
    missed: list[str] = []
    unaided = 0
    every = problems()
    for problem in every:
        model = read_model(problem.model, problem.columns, "y")
        for place, start in enumerate(problem.starts):
            settings = dict(zip(problem.constants, map(Setting, start), strict=True))
            began = time.perf_counter()
            fit = fit_formula(model, problem.inputs, problem.values, settings)
            times.append(time.perf_counter() - began)
            errors = {constant.name: constant.standard_error or 0.0 for constant in fit.constants}
            values = [fit.values[name] for name in problem.constants]
            if not problem.reproduced(values, [errors[name] for name in problem.constants]):
                missed.append(f"{problem.name} from start {place + 1}")
        unaided += fit_formula(model, problem.inputs, problem.values).rss <= max(problem.rss, 1e-20) * (1 + 1e-6)
    print(
        json.dumps(
            {
                "seconds": median(times),
                "longest_seconds": max(times),
                "reproduced": 2 * len(every) - len(missed),
                "of": 2 * len(every),
                "missed": missed,
                "without_start": unaided,
                "without_start_of": len(every),
            }
        )
    )


if __name__ == "__main__":
    main()
