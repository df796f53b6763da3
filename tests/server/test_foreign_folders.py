"""Whatever door a person takes, in whatever folder: no file of that folder, of PYTHONPATH or of the data is executed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.serving import ROOT, Serving
from tests.foreign import AT_START, INSTALLED, LIBRARY, OURS, ForeignFolder

# What the process a person starts is made of: `python -m server` means the `server` of the current folder, if there is one.
NAMES = {
    "command": (*LIBRARY, *INSTALLED, *OURS),
    "module": (*LIBRARY, *INSTALLED, "kan_core"),
    "named by PYTHONPATH": tuple(name for name in (*LIBRARY, *INSTALLED, "kan_core") if name not in AT_START),
}
COMMANDS = {
    "command": [sys.executable, "-P", "-c", "import sys; from server.console import main; main()"],
    "module": [sys.executable, "-m", "server"],
    "named by PYTHONPATH": [sys.executable, "-m", "server"],
}


def variables(door: str, folder: ForeignFolder) -> dict[str, str]:
    # A repository that is not installed has to be found all the same.
    named = [str(folder.path)] if door == "named by PYTHONPATH" else []
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*named, str(ROOT)])}


@pytest.mark.parametrize("door", NAMES)
def test_discover_executes_nothing_and_finds_the_law(tmp_path: Path, door: str) -> None:
    folder = ForeignFolder(tmp_path / "mine", NAMES[door])
    command = [*COMMANDS[door], "discover", str(folder.table()), "--target", "y", "--budget", "200", "--workers", "2", "--json"]
    done = subprocess.run(
        command,
        cwd=folder.path,
        env=variables(door, folder),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert folder.executed == ""
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["formula"] == "x + 1"


def test_a_program_that_does_not_ask_for_its_name_is_not_run_again_in_the_processes_it_starts(tmp_path: Path) -> None:
    folder = ForeignFolder(tmp_path / "mine", NAMES["command"])
    program = tmp_path / "program.py"
    program.write_text(
        "open('runs', 'a').write('x')\n"
        "import sys\nsys.path.remove(sys.path[0])\nsys.path.append('')\n"
        "from server.discover.crew import Crew\n"
        "crew = Crew(2)\ncrew.load(b'')\nprint(len(crew.pids))\ncrew.close()\n"
    )
    done = subprocess.run(
        [sys.executable, program],
        cwd=folder.path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "2\n", done.stderr
    assert (folder.path / "runs").read_text() == "x"
    assert folder.executed == ""


def test_the_server_s_workers_execute_nothing_of_its_folder_nor_of_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ForeignFolder(tmp_path / "mine", NAMES["module"])
    data = ForeignFolder(tmp_path / "data", NAMES["command"])
    for name, value in variables("module", folder).items():
        monkeypatch.setenv(name, value)
    server = Serving(data.path, folder=folder.path)
    server.start("--workers", "2")
    try:
        server.wait_ready()
        dataset = server.request("POST", "/samples/toy")
        body = {"dataset": dataset["id"], "inputs": ["x", "y"], "targets": ["z"]}
        session = server.request("POST", "/sessions", body)
        law = {"kind": "from_formula", "formulas": ["sin(x)^2 + cos(x)^2 + y"], "parent": session["head"]}
        made = server.request("POST", f"/sessions/{session['id']}/actions?wait=true", law)
        assert made["state"] == "done", made
        for name in ("sympy", "python"):
            check = server.get(f"/sessions/{session['id']}/export/{name}?format=document")["check"]
            assert "executed" in check
    finally:
        server.stop()
    assert folder.executed == ""
    assert data.executed == ""
