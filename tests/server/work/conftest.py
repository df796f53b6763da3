"""A bench for handlers and queries: tables from numbers, actions without a server, and no view may hold NaN."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch

from server.contract.events import Curves
from server.contract.views import RevisionSummary, RevisionView
from server.sessions.making import summarise
from server.tables.table import StoredTable
from server.work.handlers import HANDLERS
from server.work.queries import ANSWERS
from server.work.query import SampleQuery
from server.work.registry import REGISTRY
from server.work.result import Material, Result, TableData


class RecordingEmit:
    """Every frame is due; all are kept."""

    def __init__(self) -> None:
        self.frames = []

    def due(self, _frame) -> bool:
        return True

    def __call__(self, frame) -> None:
        self.frames.append(frame)


class CountingControl:
    """Stops when it has been asked `stop_after` times."""

    action_id = "action"

    def __init__(self, table: TableData, stop_after: int | None = None) -> None:
        self.asked = 0
        self._table = table
        self._stop_after = stop_after

    def should_stop(self) -> bool:
        self.asked += 1
        return self._stop_after is not None and self.asked >= self._stop_after

    def share(self, kind, tasks):
        return DoneHere(REGISTRY.tasks[kind], tasks, self._table)


class DoneHere:
    """Tasks that are done one after another when their outcomes are asked for."""

    def __init__(self, function, tasks, table: TableData) -> None:
        self._outcomes = enumerate(function(task, table) for task in tasks)

    def next(self, _patience: float):
        return next(self._outcomes)

    def close(self) -> None:
        self._outcomes = iter(())


class Bench:
    """Actions and queries as the worker runs them."""

    def __init__(self) -> None:
        self.emit = RecordingEmit()

    def table(self, values, inputs: int, names: Sequence[str] | None = None, units=None) -> TableData:
        values = np.asarray(values, dtype=np.float64)
        columns = values.shape[1]
        names = tuple(names or [f"x{i}" for i in range(inputs)] + [f"y{i}" for i in range(columns - inputs)])
        stored = StoredTable(names, tuple(units or [None] * columns), values)
        return TableData(stored.content_hash(), stored.to_bytes(), names[:inputs], names[inputs:])

    def law(self, function: Callable[..., np.ndarray], inputs: int = 2, rows: int = 300, seed: int = 0) -> TableData:
        x = np.random.default_rng(seed).uniform(-1, 1, (rows, inputs))
        return self.table(np.column_stack([x, function(*x.T)]), inputs)

    def sample(self, name: str) -> TableData:
        answer = self.ask(SampleQuery(name=name))
        roles = {role: tuple(c.name for c in answer.view.columns if c.role == role) for role in ("input", "target")}
        return TableData(answer.view.id, answer.content, roles["input"], roles["target"])

    def do(self, action, table: TableData, parent: Result | None = None, *, stop_after: int | None = None) -> Result:
        self.emit = RecordingEmit()
        network = None if parent is None else parent.network
        result = HANDLERS[action.kind](action, network, table, self.emit, CountingControl(table, stop_after))
        for view in (result.network_view, result.metrics, result.formula, *result.losses, *self.emit.frames):
            type(view).model_validate(view.model_dump())
        check_curves(result.curves)
        return result

    def ask(self, query, network: Result | None = None, table: TableData | None = None, upload: bytes | None = None):
        material = Material("revision", None if network is None else network.network, table, upload)
        answer = ANSWERS[query.kind](query, material)
        return type(answer).model_validate(answer.model_dump())

    def revision(self, result: Result, action, number: int = 1, parent: str | None = None) -> RevisionView:
        return RevisionView(
            id=f"r{number}",
            number=number,
            parent=parent,
            action=action,
            label=action.label(),
            created_at="2026-01-01T00:00:00Z",
            seconds=0.1,
            network=result.network_view,
            metrics=result.metrics,
            formula=result.formula,
            losses=list(result.losses),
            message=result.message,
        )

    def summary(self, view: RevisionView) -> RevisionSummary:
        return summarise(view)


def check_curves(frame: Curves) -> None:
    """Arrays of a frame fit together and ranges are finite."""
    edges = np.frombuffer(frame.edges, "<i4").reshape(-1, 3)
    for data in (frame.x_low, frame.x_high, frame.importance):
        values = np.frombuffer(data, "<f4")
        assert len(values) == len(edges)
        assert np.isfinite(values).all()
    assert len(np.frombuffer(frame.y, "<f4")) == len(edges) * frame.points
    density = np.frombuffer(frame.density, "<f4")
    assert np.isfinite(density).all()
    assert not len(density) or density.max() <= 1


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """As in a worker; several threads on a busy machine wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def bench() -> Bench:
    return Bench()
