"""Tables and plots of the staircases, from results/accuracy.json."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.chart import Series, chart
from benchmarks.runner import Result
from benchmarks.staircases import STAIRCASES, Staircase

THEORY = -4.0
"""Slope of the error in G for cubic splines."""


def runs_of(case: Staircase, cases: dict[str, Result]) -> list[Result]:
    """The seeds that were run."""
    return [result for name, result in cases.items() if name.startswith(f"{case.name} ") and "stairs" in result]


def stair(runs: list[Result], index: int, key: str) -> float:
    """Median over the seeds."""
    return median(run["stairs"][index][key] for run in runs)


def tables(cases: dict[str, Result]) -> list[str]:
    """Test RMSE at each G beside the published one; slopes; MLPs."""
    lines = ["| target, KAN, rows | G | parameters | test RMSE | published | ratio |", "|---|---|---|---|---|---|"]
    for case in STAIRCASES:
        runs = runs_of(case, cases)
        for index, intervals in enumerate(case.intervals if runs else ()):
            title = f"{case.title}, {list(case.shape)}, {case.rows}" if index == 0 else ""
            reached, published = stair(runs, index, "test_rmse"), case.published.get(intervals)
            beside = f"{published:.2e} | {published / reached:.2g}×" if published else "– | "
            lines.append(f"| {title} | {intervals} | {stair(runs, index, 'parameters'):.0f} | {reached:.2e} | {beside} |")
    lines += [
        "",
        "| target | slope in G | in parameters | seconds | best MLP: test RMSE (parameters, steps) |",
        "|---|---|---|---|---|",
    ]
    lines += [_summary(case, cases) for case in STAIRCASES if runs_of(case, cases)]
    return lines


def _summary(case: Staircase, cases: dict[str, Result]) -> str:
    runs = runs_of(case, cases)
    slopes = [median(run[f"slope_{key}"] for run in runs) for key in ("intervals", "parameters")]
    seconds = median(run["seconds"] for run in runs)
    best = min(networks(case, cases), key=lambda each: each["test_rmse"], default=None)
    beside = "–" if best is None else f"{best['test_rmse']:.1e} ({best['parameters']}, {best['steps']})"
    return f"| {case.title}, {case.rows} rows | {slopes[0]:.2f} | {slopes[1]:.2f} | {seconds:.1f} | {beside} |"


def networks(case: Staircase, cases: dict[str, Result]) -> list[Result]:
    """The MLPs on the rows of a staircase."""
    return cases.get(f"{case.name} mlp", {}).get("networks", [])


def charts(cases: dict[str, Result]) -> Iterator[tuple[str, str]]:
    """Names and SVGs: test RMSE against the number of parameters."""
    for case in STAIRCASES:
        runs = runs_of(case, cases)
        if not runs:
            continue
        count = {intervals: stair(runs, index, "parameters") for index, intervals in enumerate(case.intervals)}
        own = [(count[intervals], stair(runs, index, "test_rmse")) for index, intervals in enumerate(case.intervals)]
        published = [(count[intervals], error) for intervals, error in case.published.items()]
        start, end = own[0], own[-1]
        theory = [start, (end[0], start[1] * (end[0] / start[0]) ** THEORY)]
        mlps = [(float(each["parameters"]), each["test_rmse"]) for each in networks(case, cases)]
        yield (
            f"bench-accuracy-{case.name.replace('_', '-')}",
            chart(
                f"{case.title}: {list(case.shape)}, {case.rows} rows",
                "parameters",
                "test RMSE",
                [
                    Series("Kanscope", own),
                    Series("pykan, published", published),
                    Series("MLP, L-BFGS", mlps, line=False),
                    Series("slope -4", theory, dashed=True),
                ],
            ),
        )
