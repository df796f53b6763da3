"""Texts under a limit of work, from the side of the tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent.parent


class Bounded:
    """The process of `doors`; a fresh one after a text that ended it."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.abuse.doors"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.communicate()

    def outcome(self, door: str, *texts: str) -> str:
        """What became of a text: "made" or an error's sentence.

        Raises:
            AssertionError: it cost too much, or ran into a fault.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([door, *texts]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if line:
            return str(json.loads(line))
        _, error = self._process.communicate()
        code = self._process.returncode
        self.__enter__()
        raise AssertionError(f"{door} {texts!r} ended the process ({code}): {error[-1500:]}")
