"""The table of the README, made from results/*.json; nothing in it is typed by hand."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.accuracy_report import runs_of, stair
from benchmarks.runner import ROOT, Result, middle, read
from benchmarks.staircases import STAIRCASES

BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
QUIET = 1.5
"""A load average above this means that others were computing too."""
HEADING = ["| | Kanscope | pykan 0.2.8 | ratio |", "|---|---|---|---|"]


def update() -> str:
    """Write the table between the markers of README.md and return it."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    made = "\n".join(lines())
    readme.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")
    return made


def lines() -> list[str]:
    """Machine, side-by-side table and the server's figures; the whole is in docs/benchmarks.md."""
    results = {name: read(name) for name in (*ROWS, "server")}
    found = {name: result for name, result in results.items() if result is not None}
    if not found:
        return ["No results yet: run `make bench`."]
    machine = next(iter(found.values()))["machine"]
    rows = [row for name, make in ROWS.items() if name in found for row in make(found[name])]
    about = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} thread each,"
        f" Python {machine['python']}, torch {machine['packages'].get('torch', '?')}; medians."
    )
    busiest = max(result["machine"]["load_before"] or 0 for result in found.values())
    if busiest > QUIET:
        about += f" The machine had other work (load {busiest:.0f}): run `make bench` on a quiet one before quoting these."
    others = sorted({result["machine"]["processor"] for result in found.values()} - {machine["processor"]})
    if others:
        about += f" Some parts were measured on another machine ({', '.join(others)})."
    kept = read("pykan_toy")
    if kept is not None and kept["machine"]["threads"] != machine["threads"]:
        about += f" pykan's way from rows to formula was given {kept['machine']['threads']} threads."
    return [about, "", *HEADING, *rows, "", *(server_rows(found["server"]) if "server" in found else [])]


def toy_rows(result: Result) -> Iterator[str]:
    """From rows to formula."""
    ours, theirs = result["kanscope"], result["pykan"]
    yield row("toy `exp(sin(πx) + y²)`: rows to formula", middle(ours, "seconds"), middle(theirs, "seconds"))
    yield f"| … exact formulas | {exact(ours)} | {exact(theirs)} | |"
    yield f"| … RMSE of the formula, median | {number(middle(ours, 'rmse'))} | {number(middle(theirs, 'rmse'))} | |"


def training_rows(result: Result) -> Iterator[str]:
    """Training to the same error."""
    ours, theirs = result["kanscope"], result["pykan"]
    reached = sum(bool(entry.get("reached")) for entry in ours)
    name = f"training [2,5,1] to the same test error ({number(middle(theirs, 'test_rmse'))}; reached {reached} of {len(ours)})"
    yield row(name, middle(ours, "seconds"), middle(theirs, "seconds"))


def suggestion_rows(result: Result) -> Iterator[str]:
    """Suggestions for one edge and for all."""
    ours, theirs = result["kanscope"], result["pykan"]
    yield row("suggestions for one edge", middle(ours, "seconds"), middle(theirs, "seconds"))
    yield row("… with their effect on the whole model", middle(ours, "what_if_seconds"), None)
    name = "suggestions for all 336 edges of [4,16,16,1] (pykan: extrapolated from 3)"
    yield row(name, middle(ours, "all_edges_seconds"), middle(theirs, "all_edges_seconds"))


def refit_rows(result: Result) -> Iterator[str]:
    """All constants of a symbolic network."""
    ours = result["kanscope"]
    constants, error = middle(ours, "constants") or 0, number(middle(ours, "relative_rmse"))
    yield row(f"refit of {constants:.0f} constants on 10,000 rows (relative error {error})", middle(ours, "seconds"), None)


def nist_rows(result: Result) -> Iterator[str]:
    """Certified nonlinear regressions."""
    ours, scipy, lmfit = (result[peer][0] for peer in ("kanscope", "scipy", "lmfit"))
    told = [f"{entry['reproduced']} of {entry['of']}" if "of" in entry else "–" for entry in (ours, scipy, lmfit)]
    peers = f"SciPy `curve_fit` {told[1]}, lmfit {told[2]}, with their defaults"
    yield f"| NIST StRD, 27 nonlinear regressions × 2 starts, to the certified digits ({peers}) | {told[0]} | – | |"
    if "without_start" in ours:
        yield f"| … without start values | {ours['without_start']} of {ours['without_start_of']} | – | |"
        yield row("… median time of a fit, with its search for a better minimum", ours["seconds"], None)


def own_model_rows(result: Result) -> Iterator[str]:
    """A slider's question and fits of many rows."""
    case = result["kanscope"][0]
    if "failure" in case:
        return
    for size in case["sizes"]:
        worst = f"slowest of {size['questions']}: {size['slowest_ms']:.0f} ms"
        yield f"| own model, a slider's question on {size['rows']:,} rows ({worst}) | {size['median_ms']:.0f} ms | – | |"
    largest = case["sizes"][-1]
    yield row(f"own model, fit of {largest['rows']:,} rows from a start", largest["fit_seconds"], None)
    yield row("… with a search for starts", largest["search_seconds"], None)


def step_rows(result: Result) -> Iterator[str]:
    """One step at the wide shape, beside pykan and its fast form."""
    cases = result["cases"].get("[64,64,64,10],1024,5 slow", {})
    if "pykan" in cases:
        own, plain, fast = (cases[peer]["median_ms"] / 1000 for peer in ("kanscope", "pykan", "pykan speed()"))
        yield row("training step [64,64,64,10], 1024 rows, G = 5", own, plain)
        yield row("… pykan after `speed()`", own, fast)


def accuracy_rows(result: Result) -> Iterator[str]:
    """Finest grids of the staircases with published figures."""
    for case in STAIRCASES:
        runs = runs_of(case, result["cases"])
        if runs and case.published:
            intervals, published = max(case.published.items())
            reached = stair(runs, case.intervals.index(intervals), "test_rmse")
            name = f"test RMSE `{case.title}`, {case.rows} rows, G = {intervals} (pykan: published)"
            yield f"| {name} | {number(reached)} | {number(published)} | {times(published / reached)} |"


def recovery_rows(result: Result) -> Iterator[str]:
    """Formulas recovered exactly."""
    ours, pykan, operon = (result.get(peer, []) for peer in ("kanscope", "pykan", "operon"))
    yield f"| formulas recovered from rows, 30 s each (pyoperon: {exact(operon)}) | {exact(ours)} | {exact(pykan)} | |"
    yield row("… median time", middle(ours, "seconds"), middle(pykan, "seconds"))


def equation_rows(result: Result) -> Iterator[str]:
    """The Poisson equation beside pykan, and how many equations were solved in closed form."""
    ours = [entry for case, entry in result["cases"].items() if case.startswith("kanscope") and "failure" not in entry]
    poisson, theirs = (result["cases"].get(f"{peer} Poisson", {}) for peer in ("kanscope", "pykan"))
    yield row("Poisson equation: solution by splines", poisson.get("seconds"), theirs.get("seconds"))
    errors = [number(entry.get("mean_squared_error")) for entry in (poisson, theirs)]
    yield f"| … mean squared error (pykan's authors publish 3.0e-07 for their run) | {errors[0]} | {errors[1]} | |"
    yield f"| … and nine other differential equations: solution in closed form found | {exact(ours)} | – | |"
    yield row("… median time from equation to closed form", middle(_whole(ours), "seconds"), None)


def _whole(entries: list[Result]) -> list[Result]:
    return [{"seconds": entry["seconds"] + entry["law_seconds"]} for entry in entries]


ROWS = {
    "toy": toy_rows,
    "recovery": recovery_rows,
    "training": training_rows,
    "suggestions": suggestion_rows,
    "refit": refit_rows,
    "nist": nist_rows,
    "own_models": own_model_rows,
    "equations": equation_rows,
    "steps": step_rows,
    "accuracy": accuracy_rows,
}


def server_rows(result: Result) -> list[str]:
    """The server's own table."""
    case = result["kanscope"][0]
    if "failure" in case:
        return []
    watching = case["watching"]
    alone = watching["0"]["step_ms"]
    rows = [
        "| server | |",
        "|---|---|",
        f"| cold start to healthy | {time_text(case['seconds'])} |",
        f"| round trip of a trivial action, socket | {time_text(case['socket_round_trip_ms'] / 1000)} |",
        f"| … REST | {time_text(case['rest_round_trip_ms'] / 1000)} |",
    ]
    for audience in ("1", "20"):
        seen = watching[audience]
        rows.append(
            f"| frames a second to each of {audience} | {seen['frames_per_second']:.1f}"
            f" (training step {seen['step_ms'] / alone - 1:+.0%}) |"
        )
    return rows


def row(name: str, ours: float | None, theirs: float | None) -> str:
    """One line with times and their ratio."""
    ratio = times(theirs / ours) if ours and theirs else ""
    return f"| {name} | {time_text(ours)} | {time_text(theirs)} | {ratio} |"


def times(ratio: float) -> str:
    """A ratio with two digits, or whole."""
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def exact(entries: list[Result]) -> str:
    """How many of the seeds gave the exact formula."""
    return f"{sum(bool(entry.get('exact')) for entry in entries)} of {len(entries)}" if entries else "–"


def number(value: float | None) -> str:
    """Two digits."""
    return "–" if value is None else f"{value:.1e}"


def time_text(seconds: float | None) -> str:
    """Seconds in the unit that reads best."""
    if seconds is None:
        return "–"
    if seconds < 0.01:
        return f"{1000 * seconds:.2g} ms"
    if seconds >= 120:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms"
