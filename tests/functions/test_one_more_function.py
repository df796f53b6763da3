"""A function is added by one row in one file: the program with that row finds it at every door."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from kan_core.expression.functions import FUNCTIONS

ROOT = Path(__file__).parents[2]
FAMILY = Path("kan_core/expression/functions/elementary.py")
ROW = """ELEMENTARY: tuple[Function, ...] = (
    Function(
        name="ricker",
        value=lambda xp, u: (1 - u * u) * xp.exp(-u * u / 2),
        slopes=lambda xp, _, u: (u * (u * u - 3) * xp.exp(-u * u / 2),),
        curvatures=lambda xp, _, u: ((6 * u * u - u**4 - 3) * xp.exp(-u * u / 2),),
        symbol=lambda u: (1 - u**2) * sympy.exp(-(u**2) / 2),
        numpy="((1.0 - ({0}) ** 2) * np.exp(-(({0}) ** 2) / 2.0))",
        complexity=5,
        others=("mexican_hat",),
        parity="even",
        edge=Edge(0.5, 20.0),
        copies=2,
    ),
"""
CHECK = """
from kan_core.expression.functions import FUNCTIONS
from tests.functions.doors import DOORS
for name, door in DOORS.items():
    door(FUNCTIONS["ricker"])
    print(name)
"""


def test_one_row_in_one_file_is_all_that_a_function_needs(tmp_path: Path) -> None:
    for folder in ("kan_core", "server", "tests/functions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("static", "__pycache__"))
    source = (tmp_path / FAMILY).read_text(encoding="utf-8")
    begin = "ELEMENTARY: tuple[Function, ...] = (\n"
    assert source.count(begin) == 1
    assert "ricker" not in FUNCTIONS
    (tmp_path / FAMILY).write_text(source.replace(begin, ROW), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) >= 12
