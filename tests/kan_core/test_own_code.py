"""Processes that are started import the program and what it was installed with, wherever they are started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy

from kan_core import own_code
from kan_core.expression.complexity import complexity
from kan_core.expression.text import parse
from kan_core.symbolic.simplify import simplify_expressions
from tests.foreign import INSTALLED, LIBRARY, OURS, ForeignFolder

WHERE = "import json, queue, random, numpy, sympy, torch, kan_core, server, sys; print(json.dumps([module.__file__ for module in (queue, random, numpy, sympy, torch, kan_core, server)]))"  # noqa: E501


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ForeignFolder:
    """An interactive Python in a folder that shadows everything, which PYTHONPATH names as well."""
    folder = ForeignFolder(tmp_path / "mine", (*LIBRARY, *INSTALLED, *OURS))
    monkeypatch.chdir(folder.path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setenv("PYTHONPATH", f"{folder.path}{os.pathsep}")
    return folder


def test_a_command_finds_the_packages_that_this_process_has(foreign: ForeignFolder) -> None:
    import torch

    import kan_core
    import server

    done = subprocess.run(
        [sys.executable, "-c", WHERE],
        env=own_code.environment(),
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    found = json.loads(done.stdout)
    assert [Path(file) for file in found[2:]] == [Path(str(module.__file__)) for module in (np, sympy, torch, kan_core, server)]
    assert foreign.executed == ""


def test_simplification_executes_nothing_of_the_current_folder(foreign: ForeignFolder) -> None:
    long = parse("sin(x)^2 + cos(x)^2 + x", ["x"])
    found = simplify_expressions([long], np.linspace(0.1, 2, 20)[:, None], time_limit=60)
    assert found.note is None
    assert complexity(found.expressions[0]) < complexity(long)
    assert foreign.executed == ""


def test_a_package_that_only_a_named_folder_holds_is_found_there_but_shadows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "target"
    (installed / "polars").mkdir(parents=True)
    (installed / "polars" / "__init__.py").write_text("")
    unneeded = tmp_path / "other"
    unneeded.mkdir()
    without = [entry for entry in sys.path if not (Path(entry) / "polars").is_dir()]
    monkeypatch.setattr(sys, "path", [str(unneeded), str(installed), *without])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(unneeded), str(installed)]))
    named = own_code.environment()["PYTHONPATH"].split(os.pathsep)
    assert str(installed) in named
    assert str(unneeded) not in named


def test_what_was_changed_for_a_start_is_as_before_afterwards(foreign: ForeignFolder) -> None:
    before = (list(sys.path), sys.modules["__main__"], dict(os.environ))
    with own_code.own_code_only():
        assert "" not in sys.path
        assert str(foreign.path) not in sys.path
        assert "PYTHONPATH" not in os.environ
    assert (list(sys.path), sys.modules["__main__"], dict(os.environ)) == before
