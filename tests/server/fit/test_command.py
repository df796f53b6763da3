"""`kanscope fit` as a person or a script uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent.parent.parent


def fit(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server", "fit", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def rise(tmp_path: Path) -> Path:
    t = np.arange(40) / 5
    y = 4 * (1 - np.exp(-0.6 * t)) + 0.01 * np.random.default_rng(1).standard_normal(40)
    file = tmp_path / "rise.csv"
    sigma = np.where(t < 4, 0.01, 0.1)
    np.savetxt(file, np.column_stack([t, y, sigma]), delimiter=",", header="time (s),y,s", comments="")
    return file


def test_the_answer_is_one_json_object(rise: Path) -> None:
    done = fit(rise, "--target", "y", "--model", "A*(1 - exp(-k*time))", "--start", "A=1,k=1", "--sigma", "s", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    names = (
        "left formula model constants rows rss degrees_of_freedom r2 reduced_chi2 aic bic correlation free converged notes seed"
    )
    assert list(answer) == names.split()
    assert [constant["name"] for constant in answer["constants"]] == ["A", "k"]
    assert answer["constants"][0]["value"] == pytest.approx(4, abs=0.03)
    assert 0 < answer["constants"][0]["standard_error"] < 0.03
    assert (answer["rows"], answer["degrees_of_freedom"], answer["converged"]) == (40, 38, True)
    assert answer["reduced_chi2"] > 0
    assert answer["left"] == "y"


def test_text_is_for_people(rise: Path) -> None:
    done = fit(rise, "--target", "y", "--model", "A*(1 - exp(-k*time))", "--fix", "k=0.6", "--bounds", "A=:3")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("y = 3*(1 - exp(-0.6*time))")
    assert lines[2:4] == ["A  3 (at its bound)", "k  0.6 (fixed)"]
    assert "A ended at a bound and has no error bar." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--model", "A*tim"], 0, ""),
        (["--model", "A*(tim"], 2, "position 7: a ')' is missing"),
        (["--model", "A*time", "--start", "A"], 2, "write name=value"),
        (["--model", "A*time", "--bounds", "A=3"], 2, "write low:high"),
        (["--model", "A*time", "--fix", "A=x"], 2, "“x” is no number"),
        (["--model", "A*time", "--fix", "A=1", "--start", "A=1"], 2, "say one of the two"),
        (["--model", "A*time", "--start", "B=1"], 2, "no constant called 'B'; its constants are: A"),
        (["--model", "A*time", "--sigma", "q"], 2, "no column “q”"),
        (["--model", "A*y"], 2, "'y' is the target"),
        (["--model", "A*log(-1 - time)"], 2, "not defined on all rows"),
    ],
)
def test_errors_say_what_to_change(rise: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = fit(rise, "--target", "y", *arguments)
    assert done.returncode == code, done.stderr
    assert sentence in " ".join(done.stderr.split())
