"""An action that was paused ends as one that never was, whenever and however often; cancelled while paused, as if it had run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from server.contract.actions import ExtendGrid, FitEquation, GridSchedule, Initialise, Prune, Refit, Search, SetSymbolic, Train
from server.contract.base import Edge
from server.contract.events import Progress
from server.contract.rest import CreateEquations, EquationInput
from server.work.checkpoint import FitCheckpoint, Paused, paused_bytes, read_paused
from server.work.control import PausedError
from server.work.handlers import HANDLERS
from server.work.query import EquationTableQuery
from server.work.result import Result, TableData, WorkError
from tests.server.work.conftest import Bench, CountingControl, RecordingEmit

# So long that only the end of the search ends it.
BUDGET = 600.0


class Case:
    """An action on a parent."""

    def __init__(self, action, table: TableData, parent: Result | None) -> None:
        self.action = action
        self.table = table
        self._network = None if parent is None else parent.network
        self.emit = RecordingEmit()

    @property
    def told(self) -> int:
        """How many steps it has told."""
        return sum(isinstance(frame, Progress) for frame in self.emit.frames)

    def run(self, **control) -> Result:
        self.emit = RecordingEmit()
        handler = HANDLERS[self.action.kind]
        return handler(self.action, self._network, self.table, self.emit, CountingControl(self.table, **control))

    def paused(self, at: int, resumed=None):
        """The checkpoint, by way of its bytes, of a pause at the so-many-th occasion; None when it was over before."""
        try:
            self.run(pause_after=at, resumed=resumed)
        except PausedError as pause:
            return read_paused(paused_bytes(Paused(pause.checkpoint, 1.5))).checkpoint
        return None


def toy(x, y):
    return np.exp(np.sin(np.pi * x) + y**2)


def made(bench: Bench, name: str) -> Case:
    table = bench.law(toy, rows=120)
    new = bench.do(Initialise(shape=[2, 2, 1], seed=0), table)
    if name == "train from several starts":
        return Case(Train(steps=5, sparsity=0.01), table, new)
    trained = bench.do(Train(steps=4), table, new)
    if name == "solve an equation from several starts":
        equations = ["u_xx = -pi^2*sin(pi*x)", "u = 0 at x = -1", "u = 0 at x = 1"]
        problem = CreateEquations(
            inputs=[EquationInput(name="x", low=-1, high=1)], unknowns=["u"], equations=equations, points=60
        )
        answer = bench.ask(EquationTableQuery(problem=problem))
        points = TableData("", answer.content, ("x",), ("u",))
        begun = bench.do(Initialise(shape=[1, 2, 1], degree=5), points)
        return Case(FitEquation(steps=3, starts=2, intervals=[8, 12]), points, begun)
    symbolic = Edge(layer=0, source=0, target=0)
    action = {
        "train on": Train(steps=5, method="levenberg_marquardt"),
        "train by L-BFGS": Train(steps=5, method="lbfgs"),
        "train by Adam": Train(steps=5, method="adam", batch=40),
        "refit everything": Refit(steps=5, splines=True),
        "refit constants": Refit(steps=6),
        "prune": Prune(edges=[symbolic], refit=4),
        "extend the grid": ExtendGrid(intervals=8, steps=4),
        "set a form": SetSymbolic(edge=symbolic, primitive="sin", refit=4),
        "a schedule of grids": GridSchedule(intervals=[6, 8, 10], steps=3),
    }[name]
    if name == "refit constants":
        trained = bench.do(SetSymbolic(edge=symbolic, primitive="sin", refit=0), table, trained)
    return Case(action, table, trained)


NAMES = [
    "train from several starts", "train on", "train by L-BFGS", "train by Adam", "refit everything", "refit constants", "prune",
    "extend the grid", "set a form", "a schedule of grids", "solve an equation from several starts",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_an_action_paused_at_any_step_ends_as_if_it_never_was(bench: Bench, name: str) -> None:
    case = made(bench, name)
    undisturbed = case.run()
    at = 1
    while (checkpoint := case.paused(at)) is not None:
        assert case.run(resumed=checkpoint) == undisturbed, f"paused at {at}"
        at += 1
    assert at > 3


@pytest.mark.parametrize("name", ["train from several starts", "a schedule of grids", "solve an equation from several starts"])
def test_an_action_paused_at_every_step_ends_as_if_it_never_was(bench: Bench, name: str) -> None:
    case = made(bench, name)
    undisturbed = case.run()
    checkpoint, pauses = case.paused(1), 0
    while checkpoint is not None:
        last, checkpoint, pauses = checkpoint, case.paused(1, checkpoint), pauses + 1
    assert pauses > 5
    assert case.run(resumed=last) == undisturbed


@pytest.mark.parametrize("name", NAMES)
def test_cancelled_while_paused_an_action_ends_as_cancelled_while_running(bench: Bench, name: str) -> None:
    case = made(bench, name)
    for at in (1, 3):
        checkpoint = case.paused(at)
        assert checkpoint is not None
        cancelled = case.run(resumed=checkpoint, stop_after=1)
        assert cancelled == case.run(stop_when=lambda steps=at: case.told >= steps)
        assert cancelled.outcome == "cancelled"


def search(bench: Bench) -> Case:
    return Case(Search(budget=BUDGET), bench.law(lambda a, b: (a + 2) * np.exp(-b) + a * b, rows=60), None)


def test_a_search_paused_between_tasks_ends_as_if_it_never_was(bench: Bench) -> None:
    case = search(bench)
    undisturbed = case.run()
    checkpoint = case.paused(6)
    assert checkpoint is not None
    assert {outcome.round for outcome in checkpoint.outcomes} == {1, 2, 3}
    again = case.paused(2, checkpoint)
    assert again is not None
    assert again.outcomes[: len(checkpoint.outcomes)] == checkpoint.outcomes
    assert len(again.outcomes) == len(checkpoint.outcomes) + 1
    assert case.run(resumed=again) == undisturbed


def test_the_budget_of_a_search_goes_on_where_the_pause_began(bench: Bench) -> None:
    case = search(bench)
    checkpoint = case.paused(2)
    assert checkpoint is not None
    late = replace(checkpoint, spent=BUDGET + 1)
    assert case.run(resumed=late).outcome == "done"
    spent = [outcome.spent for outcome in checkpoint.outcomes]
    assert spent == sorted(spent)
    assert checkpoint.spent >= spent[-1]


def test_what_another_kind_of_action_left_is_refused(bench: Bench) -> None:
    fit = made(bench, "train on").paused(1)
    assert isinstance(fit, FitCheckpoint)
    with pytest.raises(WorkError, match="not its own"):
        search(bench).run(resumed=fit)


@pytest.mark.parametrize("data", [b"", b"\x81\xa6format\x01", b"\x80", b"no map"])
def test_a_damaged_checkpoint_says_what_to_do(data: bytes) -> None:
    with pytest.raises(WorkError, match="cannot be read"):
        read_paused(data)


def test_a_checkpoint_of_another_version_says_so() -> None:
    with pytest.raises(WorkError, match="another version"):
        read_paused(b"\x81\xa6format\x63")
