"""The REST surface on a real server with fake handlers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from server.contract.events import Progress, RevisionMade, View
from server.contract.rest import ActionReceipt, SessionDetail, SessionList
from server.contract.storage import DatasetList
from server.contract.views import DatasetView, SessionView
from server.settings import Settings
from tests.server.engines import until
from tests.server.live import Gate, LiveServer

pytestmark = pytest.mark.anyio
CSV = b"x,y,z\n1,2,3\n"


@pytest.fixture
async def client(live: LiveServer) -> AsyncIterator[httpx.AsyncClient]:
    async with live.client() as made:
        yield made


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


async def test_a_table_is_kept_and_read_again(client: httpx.AsyncClient) -> None:
    answer = await client.post("/datasets", files={"file": ("table.csv", CSV)}, data={"delimiter": ",", "header": "true"})
    assert answer.status_code == 201
    view = DatasetView.model_validate_json(answer.text)
    assert answer.headers["location"] == f"/api/v1/datasets/{view.id}"
    assert (await client.get(f"/datasets/{view.id}")).json() == answer.json()
    rows = (await client.get(f"/datasets/{view.id}/rows", params={"offset": 8, "limit": 5})).json()
    assert (rows["total"], len(rows["rows"])) == (10, 2)


async def test_an_empty_file_is_a_problem_with_its_reason(client: httpx.AsyncClient) -> None:
    body = problem(await client.post("/datasets", files={"file": ("table.csv", b"")}), 422, "bad_table")
    assert body["detail"] == "The file is empty."


async def test_a_request_without_a_file_says_so(client: httpx.AsyncClient) -> None:
    body = problem(await client.post("/datasets"), 422, "bad_request")
    assert body["fields"] == ["file is required"]


async def test_a_sample_becomes_a_dataset(client: httpx.AsyncClient) -> None:
    assert [sample["name"] for sample in (await client.get("/samples")).json()] == ["toy"]
    assert (await client.post("/samples/toy")).status_code == 201
    problem(await client.post("/samples/none"), 404, "not_found")


async def test_a_session_has_a_first_revision(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    answer = await client.get(f"/sessions/{session.id}")
    detail = SessionDetail.model_validate_json(answer.text)
    assert detail.network == detail.revision.network
    assert detail.formula.sympy == "x + y"
    assert detail.history[0].number == 0
    assert detail.revision.action.kind == "initialise"


@pytest.mark.parametrize(
    ("changes", "status", "code", "words"),
    [
        ({"dataset": "none"}, 404, "not_found", "no dataset"),
        ({"inputs": ["w"]}, 422, "bad_request", "“w”"),
        ({"inputs": ["z"]}, 422, "bad_request", "twice"),
        ({"inputs": []}, 422, "bad_request", "inputs"),
        ({"seed": 13}, 422, "action_failed", "bad luck"),
        ({"shape": [2]}, 422, "bad_request", "shape"),
        ({"surprise": 1}, 422, "bad_request", "surprise"),
    ],
)
async def test_a_session_that_cannot_be(
    client: httpx.AsyncClient, changes: dict[str, object], status: int, code: str, words: str
) -> None:
    dataset = (await client.post("/datasets", files={"file": ("t.csv", CSV)})).json()["id"]
    before = (await client.get("/sessions")).json()
    body = {"dataset": dataset, "inputs": ["x"], "targets": ["z"], **changes}
    assert words in str(problem(await client.post("/sessions", json=body), status, code)["detail"])
    assert (await client.get("/sessions")).json() == before


async def test_an_action_is_accepted_and_followed(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    answer = await client.post(f"/sessions/{session.id}/actions", json={"kind": "train", "steps": 2})
    assert answer.status_code == 202
    place = answer.headers["location"].removeprefix("/api/v1")
    receipt = ActionReceipt.model_validate_json((await client.get(place, params={"wait": True})).text)
    assert receipt.state == "done"
    assert receipt.revision is not None
    assert receipt.revision.id == (await client.get(f"/sessions/{session.id}")).json()["head"]


async def test_waiting_gives_the_revision_at_once(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    answer = await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "refit"})
    assert answer.status_code == 200
    assert answer.json()["revision"]["number"] == 1


async def test_a_failed_action_keeps_its_problem(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    body = {"kind": "lock", "edges": [{"layer": 0, "source": 0, "target": 0}]}
    answer = await client.post(f"/sessions/{session.id}/actions?wait=true", json=body)
    assert (answer.json()["state"], answer.json()["problem"]["code"]) == ("failed", "internal")


async def test_a_stale_action_is_refused_with_the_head(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    body = {"kind": "refit", "parent": session.head}
    head = (await client.post(f"/sessions/{session.id}/actions?wait=true", json=body)).json()["revision"]["id"]
    assert problem(await client.post(f"/sessions/{session.id}/actions", json=body), 409, "stale_revision")["head"] == head


async def test_actions_queue_and_the_queue_is_bounded(live: LiveServer, client: httpx.AsyncClient, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        await client.post(f"/sessions/{session.id}/actions", json={"kind": "train", "steps": 2})
        await browser.until(Progress)
        for _ in range(16):
            assert (await client.post(f"/sessions/{session.id}/actions", json={"kind": "refit"})).json()["state"] == "queued"
        problem(await client.post(f"/sessions/{session.id}/actions", json={"kind": "refit"}), 409, "busy")
        gate.open()
        numbers = [(await browser.until(RevisionMade)).revision.number for _ in range(17)]
    assert numbers == list(range(1, 18))


async def test_a_queued_action_can_be_cancelled(live: LiveServer, client: httpx.AsyncClient, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        await client.post(f"/sessions/{session.id}/actions", json={"kind": "train", "steps": 2})
        await browser.until(Progress)
        queued = (await client.post(f"/sessions/{session.id}/actions", json={"kind": "refit"})).json()["action_id"]
        answer = await client.delete(f"/sessions/{session.id}/actions/{queued}")
        assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
        gate.open()
        await browser.until(RevisionMade)
    assert len((await client.get(f"/sessions/{session.id}")).json()["history"]) == 2


async def test_a_cancelled_action_keeps_its_best_state(live: LiveServer, client: httpx.AsyncClient, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        answer = await client.post(f"/sessions/{session.id}/actions", json={"kind": "train", "steps": 9})
        await browser.until(Progress)
        place = f"/sessions/{session.id}/actions/{answer.json()['action_id']}"
        await client.delete(place)
        receipt = (await client.get(place, params={"wait": True})).json()
    assert receipt["state"] == "cancelled"
    assert receipt["revision"]["outcome"] == "cancelled"


async def test_a_repeated_action_is_done_once(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    headers = {"Idempotency-Key": "once"}
    place = f"/sessions/{session.id}/actions?wait=true"
    answers = [await client.post(place, json={"kind": "refit"}, headers=headers) for _ in range(3)]
    assert len({answer.json()["action_id"] for answer in answers}) == 1
    assert len((await client.get(f"/sessions/{session.id}")).json()["history"]) == 2
    problem(await client.post(place, json={"kind": "train"}, headers=headers), 422, "bad_request")


async def test_requests_repeated_at_once_are_done_once(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    place, headers = f"/sessions/{session.id}/actions", {"Idempotency-Key": "at once"}
    answers = await asyncio.gather(*(client.post(place, json={"kind": "refit"}, headers=headers) for _ in range(5)))
    assert len({answer.json()["action_id"] for answer in answers}) == 1


async def test_a_repeated_session_is_made_once(client: httpx.AsyncClient) -> None:
    dataset = (await client.post("/datasets", files={"file": ("t.csv", CSV)})).json()["id"]
    body = {"dataset": dataset, "inputs": ["x"], "targets": ["z"]}
    headers = {"Idempotency-Key": "session"}
    first, second = [await client.post("/sessions", json=body, headers=headers) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    problem(await client.post("/sessions", json={**body, "seed": 1}, headers=headers), 422, "bad_request")


async def test_undo_and_redo(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    made = (await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "refit"})).json()["revision"]["id"]
    view = SessionView.model_validate_json(
        (await client.put(f"/sessions/{session.id}/head", json={"revision": session.head})).text
    )
    assert (view.head, view.redo) == (session.head, made)
    problem(await client.put(f"/sessions/{session.id}/head", json={"revision": "r_none"}), 404, "not_found")


async def test_revisions_and_notes(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    place = f"/sessions/{session.id}/revisions/{session.head}"
    assert (await client.get(place)).json()["id"] == session.head
    assert (await client.patch(place, json={"note": "good"})).status_code == 200
    assert (await client.get(f"/sessions/{session.id}")).json()["history"][0]["note"] == "good"
    problem(await client.get(f"/sessions/{session.id}/revisions/r_none"), 404, "not_found")


async def test_the_front_of_a_search_can_be_adopted(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    actions = f"/sessions/{session.id}/actions?wait=true"
    problem(await client.get(f"/sessions/{session.id}/revisions/{session.head}/front"), 404, "not_found")
    found = (await client.post(actions, json={"kind": "search", "budget": 5})).json()["revision"]
    front = (await client.get(f"/sessions/{session.id}/revisions/{found['id']}/front")).json()
    assert front["revision"] == found["id"]
    assert [(point["index"], point["complexity"]) for point in front["points"]] == [(0, 1), (1, 2)]
    adopt = {"kind": "adopt", "search": found["id"], "index": 1}
    adopted = (await client.post(actions, json=adopt)).json()["revision"]
    # The fake takes as many steps as the network of the front says.
    assert (adopted["parent"], adopted["metrics"]["test_rmse"]) == (found["id"], 0.5**21)
    refused = (await client.post(actions, json={**adopt, "index": 2})).json()
    assert (refused["state"], refused["problem"]["code"]) == ("failed", "not_found")
    refused = (await client.post(actions, json={**adopt, "search": "r_none"})).json()
    assert (refused["state"], refused["problem"]["code"]) == ("failed", "not_found")
    assert (await client.delete(f"/sessions/{session.id}")).status_code == 204


async def test_another_revision_can_be_merged(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    actions = f"/sessions/{session.id}/actions?wait=true"
    first, second = [(await client.post(actions, json={"kind": "train", "steps": steps})).json()["revision"] for steps in (2, 3)]
    merged = (await client.post(actions, json={"kind": "merge", "revision": first["id"]})).json()["revision"]
    # The fakes have been trained for 2 and for 2 + 3 steps; a merged one counts both.
    assert (merged["parent"], merged["metrics"]["test_rmse"]) == (second["id"], 0.5**7)
    refused = (await client.post(actions, json={"kind": "merge", "revision": "r_none"})).json()
    assert (refused["state"], refused["problem"]["code"]) == ("failed", "not_found")


async def test_a_revision_of_another_session_is_not_found(live: LiveServer, client: httpx.AsyncClient) -> None:
    one, other = await live.session(), await live.session()
    problem(await client.get(f"/sessions/{one.id}/revisions/{other.head}"), 404, "not_found")
    problem(await client.put(f"/sessions/{one.id}/head", json={"revision": other.head}), 404, "not_found")


async def test_questions_about_the_head(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    place = f"/sessions/{session.id}"
    suggestions = (await client.get(f"{place}/edges/0/1/0/suggestions?top=3")).json()
    assert len(suggestions["suggestions"]) == 3
    assert suggestions["revision"] == session.head
    assert (await client.get(f"{place}/edges/0/1/0")).json()["edge"] == {"layer": 0, "source": 1, "target": 0}
    assert (await client.get(f"{place}/edges/0/1/0/candidate?primitive=sin&a=2")).json()["a"] == 2
    assert (await client.get(f"{place}/prune-proposal?threshold=0.1")).json()["threshold"] == 0.1
    assert (await client.get(f"{place}/curves")).json()["revision"] == session.head
    assert (await client.get(f"{place}/formula-reading?target=0&text=x")).json()["test_rmse"] == 0.5
    assert (await client.post(f"{place}/model-draft", json={"formula": "a*x"})).json()["formula"] == "a*x"
    assert (await client.post(f"{place}/model-draft", json={"formula": "a*x", "colour": 1})).status_code == 422
    assert (await client.get("/primitives")).json()[0]["name"] == "sin"
    assert (await client.get(f"{place}/primitives")).json()[0]["name"] == "sin"
    assert (await client.get(f"{place}/constants")).json()["constants"][0]["proposals"][0]["value"] == "pi"
    assert (await client.get(f"{place}/validity?low=-1&low=0&high=2&high=3")).json()["low"] == [-1, 0]
    assert (await client.get(f"{place}/edges/0/1/0/suggestions?low=-1&low=0&high=2&high=3")).status_code == 200
    for wrong in (
        "edges/0/1/-1",
        "edges/0/1/0/suggestions?top=0",
        "edges/0/1/0/candidate",
        "prune-proposal?threshold=nan",
        "validity?low=nan",
    ):
        problem(await client.get(f"{place}/{wrong}"), 422, "bad_request")


async def test_questions_are_answered_while_an_action_runs(live: LiveServer, client: httpx.AsyncClient, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        await client.post(f"/sessions/{session.id}/actions", json={"kind": "train", "steps": 2})
        await browser.until(Progress)
        assert (await client.get(f"/sessions/{session.id}/edges/0/1/0/suggestions")).status_code == 200
        gate.open()
        await browser.until(RevisionMade)


@pytest.mark.parametrize(
    ("name", "media"), [("latex", "text/x-tex"), ("sympy", "text/plain"), ("python", "text/x-python"), ("report", "text/html")]
)
async def test_exports_are_downloads_of_their_type(live: LiveServer, client: httpx.AsyncClient, name: str, media: str) -> None:
    session = await live.session()
    answer = await client.get(f"/sessions/{session.id}/export/{name}")
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    called = (await client.get(f"/sessions/{session.id}")).json()["name"]
    assert answer.headers["content-disposition"].startswith('attachment; filename="t.csv')
    assert answer.headers["content-disposition"].endswith(f"; filename*=UTF-8''{quote(called + '.txt', safe='')}")
    assert answer.text == "x + y"
    document = (await client.get(f"/sessions/{session.id}/export/{name}?format=document")).json()
    assert (document["format"], document["content"]) == (name, "x + y")


async def test_an_unknown_export_is_a_problem(live: LiveServer, client: httpx.AsyncClient) -> None:
    session = await live.session()
    problem(await client.get(f"/sessions/{session.id}/export/cobol"), 422, "bad_request")


async def test_sessions_on_the_same_table_are_told_apart_by_a_number(client: httpx.AsyncClient) -> None:
    dataset = (await client.post("/samples/toy")).json()

    async def begin(name: str | None = None) -> str:
        body = {"dataset": dataset["id"], "inputs": ["x", "y"], "targets": ["z"], "name": name}
        made = (await client.post("/sessions", json=body)).json()["id"]
        return str((await client.get(f"/sessions/{made}")).json()["name"])

    plain = dataset["name"]
    assert [await begin() for _ in range(3)] == [plain, f"{plain} (2)", f"{plain} (3)"]
    assert [await begin("50% _"), await begin("50% _"), await begin("50% A")] == ["50% _", "50% _ (2)", "50% A"]


async def test_tables_are_listed_in_pages_with_the_sessions_on_them(live: LiveServer, client: httpx.AsyncClient) -> None:
    sessions = [await live.session(f"x,y,z\n1,2,{place}\n".encode()) for place in range(3)]
    seen: dict[str, list[str]] = {}
    after = ""
    while True:
        page = DatasetList.model_validate_json((await client.get(f"/datasets?limit=2{after}")).text)
        assert not seen.keys() & {each.id for each in page.datasets}
        seen |= {each.id: [session.id for session in each.sessions] for each in page.datasets}
        if page.next is None:
            break
        after = f"&after={quote(page.next)}"
    for session in sessions:
        assert session.id in seen[session.dataset.id]


async def test_sessions_are_listed_in_pages_and_deleted(live: LiveServer, client: httpx.AsyncClient) -> None:
    made = {(await live.session()).id for _ in range(3)}
    seen: list[str] = []
    after = ""
    while True:
        page = SessionList.model_validate_json((await client.get(f"/sessions?limit=2{after}")).text)
        seen += [summary.id for summary in page.sessions]
        if page.next is None:
            break
        after = f"&after={quote(page.next)}"
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    for session in made:
        assert (await client.delete(f"/sessions/{session}")).status_code == 204
        problem(await client.get(f"/sessions/{session}"), 404, "not_found")
        problem(await client.delete(f"/sessions/{session}"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"{", ["JSON decode error"]),
        (b"[]", ["valid dictionary"]),
        (b'{"kind":"dance"}', ["kind"]),
        (b'{"kind":"train","steps":0}', ["steps should be greater than or equal to 1"]),
        (b'{"kind":"train","steps":NaN}', ["steps should be a finite number"]),
        (b'{"kind":"prune","edges":[{"layer":0,"source":0}]}', ["edges[0].target is required"]),
        (b'{"kind":"train","x":1,"y":2}', ["x", "y"]),
    ],
)
async def test_a_wrong_action_is_explained_field_by_field(
    live: LiveServer, client: httpx.AsyncClient, body: bytes, fields: list[str]
) -> None:
    session = await live.session()
    answer = await client.post(f"/sessions/{session.id}/actions", content=body, headers={"content-type": "application/json"})
    found = problem(answer, 422, "bad_request")["fields"]
    assert isinstance(found, list)
    assert len(found) == len(fields)
    for part, sentence in zip(fields, found, strict=True):
        assert part in sentence


async def test_what_is_not_there_is_a_problem_too(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nothing"), 404, "not_found")
    problem(await client.get("/datasets/none"), 404, "not_found")
    problem(await client.get("/sessions/none"), 404, "not_found")
    problem(await client.patch("/sessions"), 405, "bad_request")


async def test_health_readiness_and_figures(live: LiveServer) -> None:
    session = await live.session()
    async with httpx.AsyncClient(base_url=live.url) as client, live.browser(session.id) as browser:
        await browser.until(View)
        assert (await client.get("/healthz")).json()["status"] == "ok"
        assert (await client.get("/readyz")).json()["status"] == "ok"
        figures = (await client.get("/metrics")).text
    assert 'kanscope_requests_total{method="POST",route="/api/v1/sessions",status="201"}' in figures
    assert "kanscope_viewers 1.0" in figures


async def test_a_question_whose_client_has_gone_is_broken_off_in_its_worker(
    live: LiveServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    session = await live.session()
    began = tmp_path / "began"
    address = f"/sessions/{session.id}/formula-reading"
    asking = asyncio.create_task(client.get(address, params={"target": 0, "text": f"endless:{began}"}))
    await until(began.exists)
    asking.cancel()
    await asyncio.wait({asking})
    await until(Path(f"{began}.dropped").exists)
    assert (await client.get(address, params={"target": 0, "text": "x"})).status_code == 200


async def test_an_action_that_waits_shows_its_place_and_can_be_cancelled(
    live: LiveServer, client: httpx.AsyncClient, gate: Gate
) -> None:
    running, waiting = [await live.session(f"gate:{gate.path}".encode()) for _ in range(2)]
    first = (await client.post(f"/sessions/{running.id}/actions", json={"kind": "train", "steps": 2})).headers["location"]
    second = (await client.post(f"/sessions/{waiting.id}/actions", json={"kind": "train", "steps": 2})).headers["location"]
    first, second = (place.removeprefix("/api/v1") for place in (first, second))
    receipt = (await client.get(second)).json()
    while receipt["waiting"] is None:
        receipt = (await client.get(second)).json()
    assert receipt["state"] == "queued"
    assert (receipt["waiting"]["place"], receipt["waiting"]["of"]) == (1, 1)
    await client.delete(second)
    assert (await client.get(second, params={"wait": True})).json()["state"] == "cancelled"
    gate.open()
    assert (await client.get(first, params={"wait": True})).json()["state"] == "done"


async def test_readiness_says_how_many_workers_there_are(live: LiveServer) -> None:
    async with httpx.AsyncClient(base_url=live.url) as outside:
        answer = await outside.get("/readyz")
        while answer.json()["workers"]["ready"] < 2:
            answer = await outside.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["workers"] == {"ready": 2, "size": 2, "failed_starts": 0}
        figures = (await outside.get("/metrics")).text
    assert "kanscope_workers_ready 2.0" in figures
    assert 'kanscope_waiting{lane="long"} 0.0' in figures


async def test_without_a_worker_the_server_is_not_ready_and_says_why(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", registry="tests.no_such_module", workers=1)
    with LiveServer(settings) as server:
        async with httpx.AsyncClient(base_url=server.url) as outside:
            answer = await outside.get("/readyz")
            while answer.json()["status"] == "starting":
                assert answer.status_code == 503
                answer = await outside.get("/readyz")
            assert (answer.status_code, answer.json()["status"]) == (503, "failing")
            assert answer.json()["workers"]["ready"] == 0
            assert answer.json()["workers"]["failed_starts"] > 0
            assert (await outside.get("/healthz")).status_code == 200
