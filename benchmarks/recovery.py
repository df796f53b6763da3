"""Formulas recovered from rows: Kanscope's `discover`, pykan's automatic pipeline and pyoperon, the same rows, budget and judge.

Every case is a process that prints a JSON line for each formula it would answer with; the last line before the budget is spent
counts, then the process is killed. All processors are everybody's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from benchmarks.laws import Law, verdict
from benchmarks.runner import PEERS, ROOT, Result

BUDGET = 30.0
GRACE = 3.0
"""Seconds beyond the budget until the process is killed: reading the answer is not searching."""
CASES = ("recovery_kanscope", "recovery_operon", "recovery_pykan")
TARGETS = "development"
"""File of laws."""
_KANSCOPE = "recovery_kanscope"


def recovered(law: Law, targets: str, case: str, budget: float) -> Result:
    """The answer of one case to one law, judged."""
    python = sys.executable if case == _KANSCOPE else str(PEERS)
    command = [python, "-m", f"benchmarks.cases.{case}", "--targets", targets, "--law", law.name, "--budget", str(budget)]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            output, errors = process.communicate(timeout=budget + GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
    seconds = time.perf_counter() - began
    formulas = [json.loads(line)["formula"] for line in output.splitlines() if line.startswith("{") and line.endswith("}")]
    formula = formulas[-1] if formulas else None
    entry: Result = {"law": law.name, "seconds": seconds, "formula": formula, **_judged(law, formula)}
    print(f"  {law.name:10} {case:18} {seconds:5.1f} s  {'exact' if entry['exact'] else '-':6} {formula}", flush=True)
    if formula is None:
        entry["reason"] = (errors.strip().splitlines() or ["no formula in time"])[-1]
    return entry


def _judged(law: Law, formula: str | None) -> Result:
    try:
        return verdict(law, formula)
    except (TypeError, ValueError, SyntaxError, NameError, AttributeError) as error:
        return {**verdict(law, None), "reason": f"the formula cannot be read: {error}"}
