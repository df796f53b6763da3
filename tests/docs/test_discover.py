"""docs/discover.md and docs/fit.md do what they say: the commands are run one after the other and their outputs compared."""

from __future__ import annotations

import doctest
import subprocess
from pathlib import Path

import pytest

from server.discover.failure import EXIT_CODES
from tests.docs.blocks import DOCS, blocks, transcript
from tests.docs.programs import environment_with_programs

DOCUMENT = DOCS / "discover.md"


@pytest.mark.parametrize(("document", "least"), [("discover.md", 5), ("fit.md", 1)])
def test_every_command_answers_as_printed(tmp_path: Path, document: str, least: int) -> None:
    environment = environment_with_programs(tmp_path / "programs")
    commands = [pair for block in blocks(DOCS / document, "console") for pair in transcript(block)]
    assert len(commands) >= least
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
