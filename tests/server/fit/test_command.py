"""`kanscope fit` as a person or a script uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from server.fit.answer import Constant, FitAnswer
from tests.kan_core.fitting.puromycin import CSV

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
        "left formula model constants rows rss plain_rss degrees_of_freedom r2 chi2 reduced_chi2 p aic bic correlation free "
        "converged ended_early profiles prices notes seed"
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
        (["--model", "A*time", "--start", "A=1", "--start", "A=2"], 2, "--start A is given twice"),
        (["--model", "A*time", "--sigma", "q"], 2, "no column “q”"),
        (["--model", "A*y"], 2, "'y' is the target"),
        (["--model", "A*log(-1 - time)"], 2, "not defined on all rows"),
    ],
)
def test_errors_say_what_to_change(rise: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = fit(rise, "--target", "y", *arguments)
    assert done.returncode == code, done.stderr
    assert sentence in " ".join(done.stderr.split())


def test_what_overflows_on_the_way_is_not_announced(rise: Path) -> None:
    done = fit(rise, "--target", "y", "--model", "a^a^a*time")
    assert (done.returncode, done.stderr) == (0, "")


def test_notes_speak_of_what_was_read_and_not_of_networks(tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("x,y\n1,2.1\n2,3.9\n,7\n3,6.2\n3,6.2\n4,8.1\n")
    done = fit(file, "--target", "y", "--model", "a*x", "--json")
    notes = json.loads(done.stdout)["notes"]
    assert "1 of 6 rows left out because a value is missing or not a number (line 4)." in notes
    assert not [note for note in notes if "network" in note or "held" in note]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--target", "y", "--model", "a*kind"], 3, "“kind” holds words (‘iron’, ‘zinc’), and a formula explains numbers"),
        (["--target", "kind", "--model", "a*y"], 3, "“kind” holds words"),
        (["--target", "y", "--model", "a", "--weights", "kind"], 3, "“kind” holds words"),
        (["--target", "y", "--model", "a", "--sigma", "s"], 2, ": σ must be a positive number: look at row 1"),
    ],
)
def test_words_are_no_numbers(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    file = tmp_path / "kinds.csv"
    file.write_text("y,s,kind\n" + "".join(f"{row * 1.5},{row},{('iron', 'zinc')[row % 2]}\n" for row in range(12)))
    done = fit(file, *arguments)
    assert done.returncode == code, done.stderr
    assert sentence in " ".join(done.stderr.split())


@pytest.fixture
def puromycin(tmp_path: Path) -> Path:
    file = tmp_path / "puromycin.csv"
    file.write_text(CSV)
    return file


def test_one_value_per_category_has_its_price_and_profiles_their_ends(puromycin: Path) -> None:
    done = fit(puromycin, "--target", "rate", "--model", "Vm*conc/(K + conc)", "--per", "state=Vm", "--profile", "all")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("rate = Vm[state]*conc/(0.05797")
    assert lines[2:5] == [
        "Vm[treated]    208.6 ± 5.8, 95 %: 196.4 … 221.5",
        "Vm[untreated]  166.6 ± 5.8, 95 %: 154.6 … 179.3",
        "K              0.0580 ± 0.0059, 95 %: 0.04599 … 0.07234",
    ]
    assert "One Vm for all of state would cost Σr² 2240.9 → 7276.5 (AIC 178.59 → 203.68) for 1 constant less." in lines
    assert "In the formula state is 0 for treated, 1 for untreated." in lines


def test_ties_and_time_are_kept(puromycin: Path) -> None:
    model = ["--target", "rate", "--model", "Vm[state]*conc/(K[state] + conc)"]
    tied = fit(puromycin, *model, "--tie", "K[untreated]=K[treated]", "--json")
    answer = json.loads(tied.stdout)
    *_, first, second = answer["constants"]
    assert (first["value"], second["same_as"], second["value"]) == (second["value"], "K[treated]", first["value"])
    short = json.loads(fit(puromycin, *model, "--start", "Vm=1,K=9", "--seconds", "0.1", "--json").stdout)
    assert short["converged"] or short["ended_early"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--per", "state"], "--per state: write column=constant"),
        (["--per", "colour=Vm"], "there is no such column"),
        (["--tie", "K=Vm", "--start", "K=1"], "“K” is tied to “Vm”"),
        (["--profile", "q"], "there is no free constant “q”; there are Vm, K."),
    ],
)
def test_options_of_constants_that_cannot_be_meant_are_refused(puromycin: Path, arguments: list[str], sentence: str) -> None:
    done = fit(puromycin, "--target", "rate", "--model", "Vm*conc/(K + conc)", *arguments)
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("value", "error", "wanted"),
    [
        (3.0000039, 2e-4, "3.00000 ± 0.00020"),
        (6.674e-11, 1.5e-15, "6.67400e-11 ± 1.5e-15"),
        (12345678.9, 200, "1.234568e+07 ± 2.0e+02"),
        (1.0, 3e-24, "1.0000000000000000e+00 ± 3.0e-24"),
        (0.0, 0.25, "0.00 ± 0.25"),
    ],
)
def test_values_have_the_digits_that_their_errors_leave(value: float, error: float, wanted: str) -> None:
    constant = Constant("a", value, error, fixed=False, at_bound=False)
    answer = FitAnswer(
        left="y", formula="a", model="a", constants=(constant,), rows=9, rss=1.0, plain_rss=1.0, degrees_of_freedom=8, r2=None,
        chi2=None, reduced_chi2=None, p=None, aic=None, bic=None, correlation=(), free=("a",), converged=True, ended_early=False,
        profiles=(), prices=(), notes=(), seed=0,
    )  # fmt: skip
    assert f"a  {wanted}" in answer.as_text().splitlines()
