"""Search formulas automatically, show the front as it grows, and end with the best formula."""

from __future__ import annotations

import math
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.search.discover import SearchProgress
from kan_core.search.finding import Finding, best_finding, is_all_noise
from kan_core.search.fulfilling import Fulfilling
from kan_core.search.tasks import run_task
from server.contract.actions import Search
from server.contract.events import Front, Progress
from server.discover import searching
from server.discover.messages import outcome_bytes, read_task
from server.work.asking import asking_of
from server.work.checkpoint import Outcome, SearchCheckpoint
from server.work.control import Control, Emit, StoppedError, went_on_from
from server.work.handlers.finish import finish
from server.work.handlers.on_all_rows import OnAllRows
from server.work.handlers.sentences import constant_sentence, listed, sentences, stopped_sentence
from server.work.handlers.starting import is_fresh
from server.work.handlers.stopwatch import Stopwatch
from server.work.lawful import lawful
from server.work.result import FrontNetwork, Result, TableData, WorkError
from server.work.situation import Situation, rows_of
from server.work.views.front_points import Judge, front_points
from server.work.views.names import locked_edges
from server.work.views.solution import solution_sentence

TASK = "search"
"""What the tasks of a search are called in the registry."""
# Seconds between two looks at cancel, pause and the clock.
_LOOK = 0.1


def search(action: Search, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """The formula with the shortest description of all that were found within the budget.

    In a session that began with equations, the simplest one that fulfils them, if any does.

    Raises:
        WorkError: classes, several targets, locked edges that it could not keep, or nothing was found.
        StoppedError: cancelled before anything was found.
        PausedError: the person has paused.
    """
    rows = rows_of(table)
    if rows.classes:
        raise WorkError(
            "A search explains numbers, and this session learns classes.", hint="Train, prune and accept suggestions."
        )
    if len(rows.targets) != 1:
        raise WorkError("A search explains one target.", hint="Start a session with a single target.")
    before = None if parent is None else from_bytes(parent)
    locked = () if before is None else locked_edges(before, rows)
    if locked and not action.ignore_locked:
        raise _would_lose(locked)
    functions = () if before is None else before.functions
    spent = Stopwatch()
    fulfilling = Fulfilling(asking_of(rows), rows.split, spent) if rows.equations else None
    judge = None if fulfilling is None else fulfilling.judge
    told = OnAllRows(rows)
    teller = _Teller(told, emit, control, judge)
    workers = _Workers(control, action.budget, teller.tick, spent)
    findings: Sequence[Finding] = ()
    for progress in searching.search(workers, rows.split, action.seed, math.inf, functions):
        findings = progress.findings
        teller.tell(progress, workers.left())
        if fulfilling is not None:
            fulfilling.look(progress.front)
            if fulfilling.over:
                break
    if fulfilling is not None and fulfilling.law is not None:
        return _lawful(fulfilling.law, findings, told, fulfilling.judge, cancelled=workers.cancelled)
    result = _shortest(findings, told, workers, judge)
    return replace(result, message=sentences(result.message or "", _left_behind(before, locked)))


def _would_lose(locked: Sequence[str]) -> WorkError:
    """The problem of locked edges: nothing of a network is kept by a search."""
    names, them = listed(locked, 5), "it" if len(locked) == 1 else "them"
    return WorkError(
        f"A search begins from the table and would not keep the locked edge{'s' if len(locked) > 1 else ''} {names}.",
        code="locked",
        hint=f"Unlock {them}, or search with ignore_locked: the network with {them} stays in the history.",
    )


def _left_behind(before: Network | None, locked: Sequence[str]) -> str:
    """What of the network before, made by hand, is not in the formula."""
    if locked:
        return f"Begun from the table: locked edges ({listed(locked, 5)}) are not in it and stay in the history."
    if before is not None and not is_fresh(before):
        return "Begun from the table: the network before stays in the history."
    return ""


def _shortest(findings: Sequence[Finding], told: OnAllRows, workers: _Workers, judge: Judge | None) -> Result:
    """The revision of the formula with the shortest description.

    Raises:
        WorkError: nothing was found.
        StoppedError: cancelled before anything was found.
    """
    rows = told.rows
    made = _best(findings, told)
    if made is None:
        if workers.cancelled:
            raise StoppedError
        if is_all_noise(rows.split):
            raise WorkError("No formula was found: the target looks like noise.", hint="Add an input that it may depend on.")
        raise WorkError("No formula was found.", hint="Give the search more time, or leave out inputs that do not matter.")
    best, network = made
    situation = Situation(network, rows)
    found = f"{len(findings)} formula{'s' if len(findings) > 1 else ''} visited; the shortest description"
    constant = constant_sentence(rows)
    message = sentences(
        stopped_sentence(cancelled=workers.cancelled),
        constant or f"{found} has complexity {best.complexity} and {situation.told.error_name} {best.test_rmse:.3g}.",
    )
    message = sentences(message, solution_sentence(situation))
    result = finish(situation, message, cancelled=workers.cancelled)
    return replace(result, front=_kept(told.front(findings), told, judge))


def _lawful(law: Finding, findings: Sequence[Finding], told: OnAllRows, judge: Judge, *, cancelled: bool) -> Result:
    """The revision of a formula that fulfils the equations the session began with; longer ones leave the front.

    They come nearer to the solution's values, whose errors they describe.
    """
    fulfils = f"This formula of complexity {law.complexity} fulfils the equations and their conditions to rounding."
    message = sentences(stopped_sentence(cancelled=cancelled), fulfils)
    result = finish(Situation(law.network, told.rows), message, cancelled=cancelled)
    shorter = [found for found in findings if found.complexity < law.complexity]
    return replace(result, front=_kept([*told.front(shorter), told.fitted(law)], told, judge))


def do_task(task: bytes, table: TableData) -> bytes:
    """One task of a search on the rows of a session, in whichever worker."""
    return outcome_bytes(run_task(read_task(task), rows_of(table).split))


def _best(findings: Sequence[Finding], told: OnAllRows) -> tuple[Finding, Network] | None:
    """The finding with the shortest description among those that are networks, and its network."""
    left = list(findings)
    while (best := best_finding(left, told.rows.split.test.rows)) is not None:
        fitted = told.fitted(best)
        network = told.network(fitted)
        if network is not None:
            return fitted, network
        left.remove(best)
    return None


def _kept(front: Sequence[Finding], told: OnAllRows, judge: Judge | None) -> tuple[FrontNetwork, ...]:
    """The front as far as it can be opened, with the network of each entry and its law."""
    entries = [(found, told.network(found)) for found in front]
    kept = [(found, network) for found, network in entries if network is not None]
    points = front_points([found for found, _ in kept], told.rows, judge)
    networks = [lawful(Situation(network, told.rows)).network for _, network in kept]
    return tuple(FrontNetwork(point, to_bytes(network)) for point, network in zip(points, networks, strict=True))


class _Workers:
    """Has tasks done by the engine's workers until the person stops it or the budget is spent.

    After a pause the outcomes from before it are handed back first, as they came then, with what the clock showed then.

    Attributes:
        spent: seconds of work; no pause counts in.
    """

    def __init__(self, control: Control, budget: float, tick: Callable[[float], None], spent: Stopwatch) -> None:
        self._control = control
        self._tick = tick
        self._budget = budget - searching.answering(budget)
        self._done = went_on_from(control, SearchCheckpoint)
        self._before = deque(() if self._done is None else self._done.outcomes)
        self._outcomes: list[Outcome] = []
        self._round = 0
        self.spent = spent
        self.cancelled = False

    def left(self, deadline: float = math.inf) -> float:
        """Seconds of the budget that are left; what is kept for the answer is not among them."""
        return max(0.0, min(self._budget - self.spent(), deadline - time.monotonic()))

    def run(self, tasks: Sequence[bytes], deadline: float) -> Iterator[tuple[int, bytes | None]]:
        """Yield (place, outcome) of each task as it is done; ends early when there is no more time."""
        self._round += 1
        places = list(range(len(tasks)))
        for past in self._replayed():
            places.remove(past.place)
            yield past.place, past.outcome
        waiting = len(places)
        handout = self._control.share(TASK, [tasks[place] for place in places])
        try:
            while waiting and not self._over() and time.monotonic() < deadline:
                done = handout.next(_LOOK)
                if done is not None:
                    waiting -= 1
                    self._outcomes.append(Outcome(self._round, places[done[0]], done[1], self.spent()))
                    yield places[done[0]], done[1]
        finally:
            handout.close()

    def _replayed(self) -> Iterator[Outcome]:
        while self._before and self._before[0].round == self._round:
            past = self._before.popleft()
            self._outcomes.append(past)
            self.spent.stand(past.spent)
            yield past
        if self._done is not None and not self._before:
            self.spent.go_on(self._done.spent)
            self._done = None

    def _over(self) -> bool:
        self.cancelled = self._control.should_stop()
        if not self.cancelled:
            self._control.may_pause(self._saved)
            self._tick(self.left())
        return self.cancelled or self.left() <= 0

    def _saved(self) -> SearchCheckpoint:
        return SearchCheckpoint(tuple(self._outcomes), self.spent())


class _Teller:
    """Tells the browsers where the search is and what its front is."""

    def __init__(self, told: OnAllRows, emit: Emit, control: Control, judge: Judge | None) -> None:
        self._told = told
        self._judge = judge
        self._emit = emit
        self._action = control.action_id
        self._last: SearchProgress | None = None
        self._front: tuple[Finding, ...] = ()

    def tell(self, progress: SearchProgress, left: float) -> None:
        """The state after a task; the front only when it is another one."""
        self._last = progress
        self.tick(left)
        if progress.front != self._front:
            self._front = progress.front
            rows = self._told.rows
            best = best_finding(self._front, rows.split.test.rows)
            place = None if best is None else self._front.index(best)
            points = front_points(self._told.front(self._front), rows, self._judge)
            self._emit(Front(action_id=self._action, points=points, best=place))

    def tick(self, left: float) -> None:
        """The same state with less time."""
        state = self._last
        if state is None:
            return
        error = self._told.fitted(state.front[-1]).test_rmse if state.front else None
        self._emit(
            Progress(
                action_id=self._action, step=state.done, steps=state.known, test_rmse=error, message=self._in_names(state.task),
                seconds_left=left,
            )
        )  # fmt: skip

    def _in_names(self, task: str) -> str:
        """What is tried, in the names of the columns."""
        names = self._told.rows.inputs
        text = task.replace("*", "·")
        return re.sub(r"\bx(\d+)\b", lambda found: names[int(found[1])] if int(found[1]) < len(names) else found[0], text)
