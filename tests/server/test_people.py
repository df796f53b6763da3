"""Who changed what: told live to everybody, kept with the revisions, and a move of the head can be taken back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from server.contract.actions import Refit, Train
from server.contract.commands import Act, Introduce, MoveHead
from server.contract.events import ActionStarted, Curves, HeadMoved, ProblemEvent, RevisionMade, View
from server.contract.rest import ServerView, SessionDetail
from server.settings import Settings
from tests.server.live import Gate, LiveServer

pytestmark = pytest.mark.anyio


async def test_a_move_of_the_head_says_who_and_from_where_and_can_be_taken_back(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id, name=" Ada ") as ada, live.browser(session.id) as other:
        await ada.say(Act(request_id="a", action=Refit()))
        made = await other.until(RevisionMade)
        assert (made.revision.by, made.summary.by) == ("Ada", "Ada")
        await ada.say(MoveHead(request_id="m", revision=session.head))
        moved = await other.until(HeadMoved)
        assert (moved.by, moved.former, moved.request_id) == ("Ada", made.revision.id, "m")

        await other.say(Introduce(name="Bob"))
        await other.say(MoveHead(request_id="back", revision=made.revision.id, parent=moved.revision.id))
        while moved.request_id != "back":
            moved = await ada.until(HeadMoved)
        assert (moved.by, moved.former, moved.revision.id) == ("Bob", session.head, made.revision.id)


async def test_a_move_decided_on_another_head_is_refused(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="a", action=Refit()))
        head = (await browser.until(RevisionMade)).revision.id
        await browser.say(MoveHead(request_id="m", revision=session.head, parent=session.head))
        refused = (await browser.until(ProblemEvent)).problem
    assert (refused.code, refused.head) == ("stale_revision", head)


async def test_who_runs_an_action_is_shown_while_it_runs(live: LiveServer, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id, name="Ada") as ada:
        await ada.say(Act(request_id="a", action=Train(steps=2)))
        assert (await ada.until(ActionStarted)).running.by == "Ada"
        async with live.browser(session.id) as other:
            running = (await other.until(View)).session.running
            assert running is not None
            assert running.by == "Ada"
        gate.open()
        await ada.until(RevisionMade)


async def test_a_name_over_rest_is_percent_encoded_and_kept_with_the_history(live: LiveServer) -> None:
    session = await live.session()
    headers = {"Kanscope-Name": quote("Ada Ⅲ, Ω")}
    async with live.client() as client:
        path = f"/sessions/{session.id}"
        answer = await client.post(f"{path}/actions", params={"wait": True}, json={"kind": "refit"}, headers=headers)
        # NFC keeps the numeral as it is.
        assert answer.json()["revision"]["by"] == "Ada Ⅲ, Ω"
        assert (await client.post(f"{path}/actions", params={"wait": True}, json={"kind": "refit"})).json()["revision"][
            "by"
        ] is None
        detail = SessionDetail.model_validate_json((await client.get(path)).text)
        assert [row.by for row in detail.history] == [None, "Ada Ⅲ, Ω", None]
        assert (await client.put(f"{path}/head", json={"revision": session.head, "parent": session.head})).status_code == 409
        long = await client.put(f"{path}/head", json={"revision": session.head}, headers={"Kanscope-Name": "a" * 41})
        assert (long.status_code, long.json()["code"]) == (422, "bad_request")
        assert "Kanscope-Name" in long.json()["detail"]


async def test_an_older_revision_is_looked_at_without_a_move_of_the_head(live: LiveServer) -> None:
    session = await live.session()
    async with live.client() as client, live.browser(session.id) as other:
        path = f"/sessions/{session.id}"
        made = (await client.post(f"{path}/actions", params={"wait": True}, json={"kind": "refit"})).json()["revision"]
        head_curves = (await client.get(f"{path}/curves")).json()
        old_curves = (await client.get(f"{path}/curves", params={"revision": session.head})).json()
        assert (head_curves["revision"], old_curves["revision"]) == (made["id"], session.head)
        assert head_curves["y"] != old_curves["y"]
        for question in ("edges/0/0/0", "edges/0/0/0/suggestions", "constants", "validity", "rows", "primitives"):
            answer = await client.get(f"{path}/{question}", params={"revision": session.head})
            assert answer.status_code == 200, question
        assert (await client.get(f"{path}/curves", params={"revision": "r_none"})).status_code == 404
        assert (await client.get(path)).json()["head"] == made["id"]
        await other.until(Curves)
        assert not any(isinstance(event, HeadMoved) for event in other.seen)


async def test_a_server_of_this_machine_says_that_its_links_open_nowhere_else(live: LiveServer) -> None:
    async with live.client() as client:
        told = ServerView.model_validate_json((await client.get("/server")).text)
    assert (told.shared, told.addresses, told.token) == (False, [], False)


async def test_a_server_for_others_names_its_addresses_and_never_its_token(tmp_path: Path) -> None:
    settings = Settings(
        host="0.0.0.0", data=tmp_path, registry="tests.fakes", token=SecretStr("secret-token"), workers=1,
        allowed_hosts=["127.0.0.1", "lab.example"],
    )  # fmt: skip
    with LiveServer(settings) as server:
        async with server.client() as client:
            assert (await client.get("/server")).status_code == 401
            answer = await client.get("/server", headers={"Authorization": "Bearer secret-token"})
        port = server.url.rsplit(":", 1)[1]
    told = ServerView.model_validate_json(answer.text)
    assert (told.shared, told.token) == (True, True)
    assert told.addresses == [f"http://127.0.0.1:{port}", f"http://lab.example:{port}"]
    assert "secret-token" not in answer.text
