"""`kanscope discover` as a person or a script uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.server.discover.tables import write_product

ROOT = Path(__file__).parent.parent.parent.parent


def discover(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server", "discover", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_answer_is_one_json_object(tmp_path: Path) -> None:
    done = discover(write_product(tmp_path), "--target", "y", "--budget", "300", "--seed", "7", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert list(answer) == [
        *(
            "formula",
            "latex",
            "complexity",
            "rmse_test",
            "r2_test",
            "seconds",
            "constants",
            "pareto",
            "seed",
            "judged",
            "notes",
            "constant",
        ),
    ]
    assert answer["formula"] == "a*b"
    assert answer["latex"] == "y = a b"
    assert answer["complexity"] == 3
    assert answer["rmse_test"] < 1e-12
    assert answer["r2_test"] == pytest.approx(1)
    assert answer["constants"] == []
    assert answer["seed"] == 7
    assert set(answer["pareto"][-1]) == {"formula", "complexity", "rmse_test"}
    assert "tasks" in done.stderr


def test_columns_keep_their_names_and_text_is_for_people(tmp_path: Path) -> None:
    file = write_product(tmp_path, "mass (kg),x1,Höhe über Grund (m)")
    done = discover(file, "--target", "Höhe über Grund (m)", "--inputs", "x1,mass", "--budget", "300", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.splitlines()[0].split("*")) == {"mass", "x1"}
    assert "rmse" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--target", "z"], 2, "There is no column “z”. The columns are: a, b, y."),
        (["--target", "y", "--inputs", "a,y"], 2, "chosen twice"),
        (["--target", "y", "--inputs", " , "], 2, "no column left"),
        (["--target", "y", "--budget", "none"], 2, "--budget"),
        ([], 2, "--target"),
        (["--target", "y", "--budget", "1"], 4, "within 1 seconds"),
    ],
)
def test_errors_say_what_to_change(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = discover(write_product(tmp_path), *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in " ".join(done.stderr.replace("│", " ").split())


def test_what_is_no_table_is_told_apart_from_what_is_not_there(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("only words\nand more words\n")
    assert discover(words, "--target", "y").returncode == 3
    assert discover(tmp_path / "missing.csv", "--target", "y").returncode == 2


def test_a_target_that_is_all_noise_is_called_so(tmp_path: Path) -> None:
    file = tmp_path / "noise.csv"
    rows = np.random.default_rng(2).standard_normal((300, 3))
    np.savetxt(file, rows, delimiter=",", header="a,b,y", comments="")
    done = discover(file, "--target", "y", "--budget", "20")
    assert (done.returncode, done.stdout) == (4, "")
    assert "looks like noise" in " ".join(done.stderr.split())
