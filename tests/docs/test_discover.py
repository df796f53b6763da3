"""docs/discover.md does what it says: the commands are run one after the other and their outputs compared."""

from __future__ import annotations

import doctest
import subprocess
from pathlib import Path

from server.discover.failure import EXIT_CODES
from tests.docs.blocks import DOCS, blocks, transcript
from tests.docs.programs import environment_with_programs

DOCUMENT = DOCS / "discover.md"


def test_every_command_answers_as_printed(tmp_path: Path) -> None:
    environment = environment_with_programs(tmp_path / "programs")
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
