"""docs/discover.md does what it says: each command is run in a folder of its own, one after the other, and its output compared."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.discover.failure import EXIT_CODES
from tests.docs.blocks import DOCS, ROOT, blocks, transcript

DOCUMENT = DOCS / "discover.md"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """`kanscope` and `python3` are these sources and this Python, whatever is installed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, command in (("kanscope", f'"{sys.executable}" -m server'), ("python3", f'"{sys.executable}"')):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        program.chmod(0o755)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


def test_every_command_answers_as_printed(tmp_path: Path, environment: dict[str, str]) -> None:
    commands = [pair for block in blocks(DOCUMENT, "console") for pair in transcript(block)]
    assert len(commands) >= 5
    code = 0
    for command, wanted in commands:
        # Progress on standard error is not printed in the document; when there is an error, it is all there is.
        line = command.replace("$?", str(code))
        done = subprocess.run(line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        code = done.returncode
        printed = done.stdout or (done.stderr if code else "")
        assert doctest.OutputChecker().check_output(wanted, printed, doctest.ELLIPSIS), f"{command}\n{printed}\n{done.stderr}"


def test_the_exit_codes_are_all_named() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"| {code} | " in text for code in (0, *EXIT_CODES.values()))
