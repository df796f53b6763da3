"""Search formulas automatically, show the front as it grows, and end with the best formula."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace

from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.search.discover import SearchProgress, discover
from kan_core.search.finding import best_finding, pareto_front
from kan_core.training.data import Split
from server.contract.actions import Search
from server.contract.events import Front, Progress
from server.work.control import Control, Emit, StoppedError
from server.work.handlers.finish import finish
from server.work.result import FrontNetwork, Result, TableData, WorkError
from server.work.situation import Rows, Situation, rows_of
from server.work.views.front_points import front_points

# Seconds between two looks at cancel, pause and the clock.
_LOOK = 0.1


def search(action: Search, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """The formula with the shortest description of all that were found within the budget.

    Raises:
        WorkError: several targets, or nothing was found.
        StoppedError: cancelled before anything was found.
    """
    rows = rows_of(table)
    if len(rows.targets) != 1:
        raise WorkError("A search explains one target.", hint="Start a session with a single target.")
    last, cancelled = _follow(rows, action, () if parent is None else from_bytes(parent).functions, emit, control)
    findings = () if last is None else last.findings
    best = best_finding(findings, rows.split.test.rows)
    if best is None:
        if cancelled:
            raise StoppedError
        raise WorkError("No formula was found.", hint="Give the search more time, or leave out inputs that do not matter.")
    found = f"{len(findings)} formula{'s' if len(findings) > 1 else ''} visited; the shortest description"
    message = f"{found} has complexity {best.complexity} and held-out error {best.test_rmse:.3g}."
    made = finish(Situation(best.network, rows), message, cancelled=cancelled)
    front = pareto_front(findings)
    shown = zip(front_points(front, rows), front, strict=True)
    return replace(made, front=tuple(FrontNetwork(point, to_bytes(found.network)) for point, found in shown))


def _follow(
    rows: Rows, action: Search, functions: tuple[str, ...], emit: Emit, control: Control
) -> tuple[SearchProgress | None, bool]:
    """The last state of the search, and whether the person stopped it."""
    runner = _Runner(rows.split, action.seed, functions)
    runner.start()
    left = action.budget
    last: SearchProgress | None = None
    try:
        while left > 0:
            began = time.monotonic()
            progress = runner.next()
            left -= time.monotonic() - began
            # Waits here while paused, which the budget does not count.
            if control.should_stop():
                return last, True
            if isinstance(progress, SearchProgress):
                last = progress
                _tell(progress, rows, emit, control)
            elif progress == "end":
                break
    finally:
        runner.stop()
    return last, False


def _tell(progress: SearchProgress, rows: Rows, emit: Emit, control: Control) -> None:
    best = progress.front[-1].test_rmse if progress.front else None
    done, known = progress.done, progress.known
    emit(Progress(action_id=control.action_id, step=done, steps=known, test_rmse=best, message=progress.task))
    emit(Front(action_id=control.action_id, points=front_points(progress.front, rows)))


class _Runner(threading.Thread):
    """Searches beside the handler, so that a cancel or the end of the budget need not wait for a task of some seconds."""

    def __init__(self, split: Split, seed: int, functions: tuple[str, ...]) -> None:
        super().__init__(daemon=True, name="kanscope-search")
        self._split = split
        self._seed = seed
        self._functions = functions
        self._states: queue.SimpleQueue[SearchProgress | Exception | str] = queue.SimpleQueue()
        self._stopped = threading.Event()

    def run(self) -> None:
        """One task after another until stopped; the task under way then ends unheard."""
        try:
            for progress in discover(self._split, self._seed, self._functions):
                self._states.put(progress)
                if self._stopped.is_set():
                    return
        except Exception as error:  # noqa: BLE001 - raised again in the handler's thread
            self._states.put(error)
        self._states.put("end")

    def next(self) -> SearchProgress | str:
        """The next state, "end" after the last one, "" when there is none yet."""
        try:
            state = self._states.get(timeout=_LOOK)
        except queue.Empty:
            return ""
        if isinstance(state, Exception):
            raise state
        return state

    def stop(self) -> None:
        """No further tasks."""
        self._stopped.set()
