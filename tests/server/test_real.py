"""The whole server with the real handlers: from a table to its formula, over HTTP and socket."""

from __future__ import annotations

import math
import os
import random
import signal
from collections.abc import Iterator

import httpx
import pytest

from server.contract.actions import FitEquation, Initialise, Prune, SetSymbolic, Train
from server.contract.base import Edge
from server.contract.commands import Act, Cancel
from server.contract.events import ActionStarted, Curves, Notice, ProblemEvent, Progress, RevisionMade, View
from server.contract.rest import ExportDocument, Suggestions
from server.contract.views import DatasetView, RevisionView, SessionView
from server.engine.process import WorkerProcess
from server.settings import Settings
from tests.server.live import Browser, LiveServer

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=tmp_path_factory.mktemp("data"))) as server:
        yield server


async def start(client: httpx.AsyncClient, dataset: DatasetView) -> SessionView:
    roles = {role: [column.name for column in dataset.columns if column.role == role] for role in ("input", "target")}
    body = {"dataset": dataset.id, "inputs": roles["input"], "targets": roles["target"]}
    answer = await client.post("/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return SessionView.model_validate_json(answer.text)


async def toy(client: httpx.AsyncClient) -> SessionView:
    return await start(client, DatasetView.model_validate_json((await client.post("/samples/toy")).text))


# 2,432 parameters: a training step takes long enough to interrupt the training after the first one.
SLOW = Initialise(shape=[2, 16, 16, 1])


async def perform(browser: Browser, action: FitEquation | Initialise | Train | Prune | SetSymbolic) -> RevisionView:
    await browser.say(Act(request_id="q", action=action))
    return (await browser.until(RevisionMade)).revision


async def test_the_toy_becomes_its_exact_formula(real: LiveServer) -> None:
    async with real.client() as client:
        session = await toy(client)
        async with real.browser(session.id) as browser:
            await browser.until(View)
            await perform(browser, Train())
            assert any(isinstance(event, Curves) and event.action_id for event in browser.seen)
            revision = await perform(browser, Prune(threshold=0.05))
            for edge in [edge.id for edge in revision.network.edges if edge.function.kind == "spline"]:
                place = f"/sessions/{session.id}/edges/{edge.layer}/{edge.source}/{edge.target}/suggestions"
                best = Suggestions.model_validate_json((await client.get(place)).text).suggestions[0]
                revision = await perform(browser, SetSymbolic(edge=edge, primitive=best.primitive))
        assert revision.formula.symbolic
        assert revision.metrics.test_rmse < 1e-6
        for name in ("latex", "sympy", "python", "json", "report"):
            answer = await client.get(f"/sessions/{session.id}/export/{name}?format=document")
            assert ExportDocument.model_validate_json(answer.text).content


async def test_equations_are_solved_and_their_solution_becomes_the_rows(real: LiveServer) -> None:
    problem = {
        "inputs": [{"name": "t", "low": 0, "high": 2}],
        "unknowns": ["n"],
        "equations": ["n_t = -n", "n = 2 at t = 0"],
        "points": 100,
    }
    async with real.client() as client:
        refused = await client.post("/equations", json={**problem, "equations": ["n_t = -m"]})
        assert refused.status_code == 422
        assert "called 'm'" in refused.json()["detail"]
        answer = await client.post("/equations", json=problem)
        assert answer.status_code == 201
        dataset = DatasetView.model_validate_json(answer.text)
        assert dataset.equations == problem["equations"]
        assert (
            DatasetView.model_validate_json((await client.get(answer.headers["Location"].removeprefix("/api/v1"))).text)
            == dataset
        )
        session = await start(client, dataset)
        async with real.browser(session.id) as browser:
            await browser.until(View)
            solved = await perform(browser, FitEquation())
            assert any(isinstance(event, Curves) and event.action_id for event in browser.seen)
            assert solved.metrics.equation_rms is not None
            assert solved.metrics.equation_rms < 1e-4
            law = await perform(browser, SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="exp"))
        assert law.metrics.test_rmse < 1e-5
        rows = (await client.get(f"/sessions/{session.id}/rows", params={"limit": 5})).json()["rows"]
        assert all(math.isclose(n, 2 * math.exp(-t), abs_tol=1e-4) for t, n in rows)
        first = session.revision.id
        before = (await client.get(f"/sessions/{session.id}/rows", params={"limit": 5, "revision": first})).json()["rows"]
        assert all(n == 2 for _, n in before)


async def test_a_table_with_decimal_commas_and_a_gap_is_learned(real: LiveServer) -> None:
    chance = random.Random(0)
    rows = [(chance.uniform(-1, 1), chance.uniform(-1, 1)) for _ in range(200)]
    lines = [f"{x:.6f};{y:.6f};{math.sin(x) + y * y:.6f}".replace(".", ",") for x, y in rows]
    text = "\n".join(["x;y;z", *lines, "0,5;;0,25"])
    async with real.client() as client:
        answer = await client.post("/datasets", files={"file": ("data.csv", text.encode())})
        dataset = DatasetView.model_validate_json(answer.text)
        assert (dataset.rows, dataset.rows_left_out) == (200, 1)
        session = await start(client, dataset)
        receipt = await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "train", "steps": 20})
        trained = RevisionView.model_validate(receipt.json()["revision"])
    assert trained.metrics.test_rmse < 0.05 * session.revision.metrics.test_rmse


async def test_text_labels_at_the_end_of_a_table_are_learned_as_classes(real: LiveServer) -> None:
    chance = random.Random(1)
    rows = [(chance.uniform(-1, 1), chance.uniform(-1, 1)) for _ in range(200)]
    lines = [f"{x:.6f},{y:.6f},{'inside' if x * x + y * y < 0.6 else 'outside'}" for x, y in rows]
    async with real.client() as client:
        answer = await client.post("/datasets", files={"file": ("disc.csv", "\n".join(["x,y,place", *lines]).encode())})
        session = await start(client, DatasetView.model_validate_json(answer.text))
        assert (session.targets, session.task) == (["place"], "classification")
        receipt = await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "train", "sparsity": 0.001})
        trained = RevisionView.model_validate(receipt.json()["revision"])
    assert trained.metrics.accuracy_test is not None
    assert trained.metrics.accuracy_test > 0.9
    assert trained.formula.outputs[0].target == "logit outside"


async def test_a_table_that_is_none_says_why(real: LiveServer) -> None:
    async with real.client() as client:
        answer = await client.post("/datasets", files={"file": ("data.csv", b"\x00\x01\x02")})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_table")
    assert answer.json()["hint"]


async def test_a_cancel_in_training_keeps_the_best_network(real: LiveServer) -> None:
    async with real.client() as client:
        session = await toy(client)
        async with real.browser(session.id) as browser:
            begun = await perform(browser, SLOW)
            await browser.say(Act(request_id="q", action=Train(steps=10_000)))
            action_id = (await browser.until(ActionStarted)).running.action_id
            await browser.until(Progress)
            await browser.say(Cancel(action_id=action_id))
            made = (await browser.until(RevisionMade)).revision
    assert made.outcome == "cancelled"
    assert made.metrics.train_rmse <= begun.metrics.train_rmse


async def test_a_worker_killed_in_training_costs_only_time(real: LiveServer) -> None:
    async with real.client() as client:
        session = await toy(client)
        async with real.browser(session.id) as browser:
            await perform(browser, SLOW)
            await browser.say(Act(request_id="q", action=Train(steps=8)))
            await browser.until(Progress)
            for pid in worker_pids(real):
                os.kill(pid, signal.SIGKILL)
            assert (await browser.until(Notice)).code == "worker_restarted"
            assert (await browser.until(RevisionMade)).revision.number == 2


async def test_what_cannot_be_done_is_said_in_a_sentence(real: LiveServer) -> None:
    async with real.client() as client:
        session = await toy(client)
        async with real.browser(session.id) as browser:
            action = SetSymbolic.model_validate({"edge": {"layer": 9, "source": 0, "target": 0}, "primitive": "sin"})
            await browser.say(Act(request_id="q", action=action))
            problem = (await browser.until(ProblemEvent)).problem
    assert problem.code in {"action_failed", "bad_request"}
    assert len(problem.detail) > 10


def worker_pids(server: LiveServer) -> list[int]:
    engine = server.app.state.services.engine
    workers: set[WorkerProcess] = engine._engine.pool._all
    return [worker.pid for worker in workers if worker.ready and worker.pid is not None]
