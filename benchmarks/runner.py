"""Run a case in a process of its own, with the same number of threads for everybody, and keep what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import THREADS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
PEERS = HERE / ".venv" / "bin" / "python"

Result = dict[str, Any]


def run_case(case: str, *arguments: object, peers: bool = False) -> Result:
    """The JSON object a case prints on its last line; one that fails or is silent becomes {"failure": …}."""
    python = str(PEERS) if peers else sys.executable
    command = [python, "-m", f"benchmarks.cases.{case}", *map(str, arguments)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(THREADS))
    print(f"  {case} {' '.join(map(str, arguments))}", end=" ", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **threads}, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        print("failed")
        return {"failure": (done.stderr.strip().splitlines() or ["no output"])[-1]}
    result: Result = json.loads(lines[-1])
    print(f"{result['seconds']:.3g} s" if result.get("seconds") else "")
    return result


def make_peers() -> None:
    """The environment with the peers, made once; they pin nothing or too much, so they are installed without dependencies."""
    if PEERS.exists():
        return
    print("Installing the peers into benchmarks/.venv ...")
    subprocess.run([sys.executable, "-m", "venv", PEERS.parent.parent], check=True)
    install = [PEERS, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--requirement", HERE / "peers.txt"], check=True)
    subprocess.run([*install, "--no-deps", "--requirement", HERE / "peers-only.txt"], check=True)


def write(name: str, result: Result) -> None:
    """Write results/name.json."""
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def read(name: str) -> Result | None:
    """What results/name.json holds, or None."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def middle(results: list[Result], key: str) -> float | None:
    """Median of one figure over the results that have it."""
    values = [result[key] for result in results if result.get(key) is not None]
    return median(values) if values else None
