"""Kanscope's answer to one law: the command `kanscope discover` on a CSV file, as a person would start it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.laws import ROWS, Law, law_asked_for


def write_table(law: Law, path: Path) -> None:
    """The rows with all their digits."""
    inputs, values = law.rows(ROWS, 1)
    header = ",".join([*(str(symbol) for symbol in law.symbols), "y"])
    np.savetxt(path, np.column_stack([inputs, values]), fmt="%.17g", delimiter=",", header=header, comments="")


def main() -> None:
    """Print the formula as JSON."""
    law, budget = law_asked_for(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        write_table(law, table)
        command = [sys.executable, "-m", "server", "discover", table, "--target", "y", "--budget", str(budget), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    print(json.dumps({"formula": answer["formula"], "seconds": answer["seconds"]}))


if __name__ == "__main__":
    main()
