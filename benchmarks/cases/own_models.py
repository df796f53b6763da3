"""A formula of one's own over REST, as the page asks it: each question of a slider, and fits.

The formula has one value per category and three constants; each question has another value, so that no answer is remembered.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np

from scripts.serving import Serving

FORMULA = "Vm[state]*conc/(K + conc)"
QUESTIONS = 60


def table(rows: int) -> str:
    """A table of Michaelis and Menten's law with noise, as CSV."""
    generator = np.random.default_rng(rows)
    conc, state = generator.uniform(0.01, 1.2, rows), generator.integers(0, 2, rows)
    rate = np.where(state == 0, 210, 160) * conc / (0.06 + conc) + generator.normal(0, 8, rows)
    names = np.array(["treated", "untreated"])[state]
    lines = (f"{a:.6g},{b},{c:.6g}" for a, b, c in zip(conc, names, rate, strict=True))
    return "conc,state,rate\n" + "\n".join(lines) + "\n"


def measured(server: Serving, rows: int) -> dict[str, Any]:
    """Round trips of a slider's questions in milliseconds, and of fits in seconds."""
    files = {"file": ("table.csv", table(rows).encode())}
    dataset = httpx.post(f"{server.address}/api/v1/datasets", files=files, timeout=server.patience).raise_for_status().json()
    body = {"dataset": dataset["id"], "inputs": ["conc", "state"], "targets": ["rate"]}
    place = f"/sessions/{server.request('POST', '/sessions', body)['id']}/model-draft"
    values = [("Vm", "treated", 200.0), ("Vm", "untreated", 150.0)]
    said = [{"name": name, "category": category, "value": value} for name, category, value in values]

    def asked(**more: object) -> float:
        began = time.perf_counter()
        answer = server.request("POST", place, {"formula": FORMULA, **more})
        taken = time.perf_counter() - began
        if answer["problem"] is not None:
            raise RuntimeError(answer["problem"])
        return taken

    asked()
    each = [asked(constants=[*said, {"name": "K", "value": 0.05 + turn / 1000}]) for turn in range(QUESTIONS)]
    start = [*said, {"name": "K", "value": 0.2}]
    fits = [asked(constants=start, fit=True) for _ in range(3)]
    searches = [asked(fit=True, find_starts=True, seed=seed) for seed in range(3)]
    return {
        "rows": rows,
        "questions": QUESTIONS,
        "median_ms": 1000 * median(each),
        "slowest_ms": 1000 * max(each),
        "fit_seconds": median(fits),
        "search_seconds": median(searches),
    }


def main() -> None:
    """Print all figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        server = Serving(Path(folder))
        server.start()
        try:
            server.wait_ready()
            sizes = [measured(server, rows) for rows in (100, 10_000, 100_000)]
        finally:
            server.stop()
    print(json.dumps({"formula": FORMULA, "sizes": sizes}))


if __name__ == "__main__":
    main()
