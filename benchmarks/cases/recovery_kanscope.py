"""Kanscope's answer to one law: the command `kanscope discover` on a CSV file, as a person would start it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.laws import ROWS, Law, law_named


def write_table(law: Law, path: Path) -> None:
    """The rows with all their digits."""
    inputs, values = law.rows(ROWS, 1)
    header = ",".join([*(str(symbol) for symbol in law.symbols), "y"])
    np.savetxt(path, np.column_stack([inputs, values]), fmt="%.17g", delimiter=",", header=header, comments="")


def main() -> None:
    """Print the formula as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--targets", default="development")
    arguments.add_argument("--law", required=True)
    arguments.add_argument("--budget", type=float, default=30.0)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        write_table(law_named(chosen.targets, chosen.law), table)
        command = [sys.executable, "-m", "server", "discover", table, "--target", "y", "--budget", str(chosen.budget), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    print(json.dumps({"formula": answer["formula"], "seconds": answer["seconds"]}))


if __name__ == "__main__":
    main()
