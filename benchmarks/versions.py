"""An earlier version of the sources, checked out beside these for a comparison in one run."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.runner import ROOT


@contextmanager
def checked_out(reference: str) -> Generator[Path]:
    """A folder with the sources of a commit, branch or tag, as long as the block runs."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "before"
        _git("worktree", "add", "--detach", str(folder), reference)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def commit_of(reference: str) -> str:
    """The short name of the commit."""
    return _git("rev-parse", "--short", reference)


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
