"""Progress on a terminal: one line that is written anew; elsewhere a line for each better formula."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, TextIO

from server.discover.terminal import ERASE

if TYPE_CHECKING:
    from kan_core.search.discover import SearchProgress


class Display:
    """Says on a stream where a search is."""

    def __init__(self, stream: TextIO, began: float, budget: float) -> None:
        self._stream = stream
        self._began = began
        self._budget = budget
        self._terminal = stream.isatty()
        self._best: str | None = None
        if self._terminal:
            self._write(f"{ERASE}starting …")

    def show(self, progress: SearchProgress) -> None:
        """The state after a task."""
        best = f"nrmse {progress.front[-1].nrmse:.1e}, complexity {progress.front[-1].complexity}" if progress.front else None
        seconds = time.monotonic() - self._began
        line = f"{seconds:5.1f}/{self._budget:g} s  {progress.done}/{progress.known} tasks  {progress.task}"
        if best is not None:
            line += f"  best: {best}"
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"{ERASE}{line[:width]}")
        elif best != self._best:
            self._write(f"{line}\n")
        self._best = best

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
