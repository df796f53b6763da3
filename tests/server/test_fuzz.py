"""Whatever is sent to the REST surface: an answer of the contract or a problem document, never a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.live import PATIENT, LiveServer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(["train", "prune", "set_symbolic", "set_spline", "lock", "refit", "extend_grid", "initialise", "dance"])
FIELDS = ("steps", "sparsity", "edges", "edge", "nodes", "threshold", "primitive", "a", "shape", "intervals", "parent")
NEARLY_ACTION = st.fixed_dictionaries({"kind": KINDS}, optional=dict.fromkeys(FIELDS, JSON))
WORD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
SEGMENT = WORD.map(lambda word: quote(word, safe=""))


@pytest.fixture(scope="module")
def session(live: LiveServer) -> str:
    with httpx.Client(base_url=f"{live.url}/api/v1", timeout=PATIENT) as client:
        dataset = client.post("/datasets", files={"file": ("t.csv", b"plain")}).json()["id"]
        body = {"dataset": dataset, "inputs": ["x"], "targets": ["z"]}
        identity: str = client.post("/sessions", json=body).json()["id"]
    return identity


@pytest.fixture(scope="module")
def client(live: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{live.url}/api/v1", timeout=PATIENT) as made:
        yield made


def check(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["detail"]
        assert body["status"] == answer.status_code


def as_json(value: Any) -> dict[str, Any]:
    return {"content": json.dumps(value).encode("utf-8", "surrogatepass"), "headers": {"content-type": "application/json"}}


@given(NEARLY_ACTION)
def test_actions(client: httpx.Client, session: str, body: dict[str, Any]) -> None:
    check(client.post(f"/sessions/{session}/actions?wait=true", **as_json(body)))


@given(st.one_of(JSON, st.dictionaries(st.sampled_from(["dataset", "inputs", "targets", "shape", "seed", "name"]), JSON)))
def test_new_sessions(client: httpx.Client, body: Any) -> None:
    check(client.post("/sessions", **as_json(body)))


@given(st.sampled_from(["head", "revisions/{}", "actions"]), SEGMENT, JSON, st.sampled_from(["PUT", "PATCH", "POST", "DELETE"]))
def test_changes(client: httpx.Client, session: str, place: str, segment: str, body: Any, method: str) -> None:
    if (method, place) != ("DELETE", ""):
        check(client.request(method, f"/sessions/{session}/{place.format(segment)}", **as_json(body)))


@given(st.lists(SEGMENT, max_size=4), st.dictionaries(st.sampled_from(["limit", "after", "offset", "revision", "top"]), WORD))
def test_reading(client: httpx.Client, segments: list[str], query: dict[str, str]) -> None:
    for start in ("sessions", "datasets", "samples"):
        check(client.get("/" + "/".join([start, *segments]), params=query))


@given(
    st.sampled_from(["", "/suggestions", "/candidate"]),
    st.tuples(*[st.integers() | SEGMENT] * 3),
    st.dictionaries(st.sampled_from(["primitive", "a", "top", "threshold", "revision"]), WORD | st.floats().map(str)),
)
def test_questions(client: httpx.Client, session: str, place: str, edge: tuple[Any, Any, Any], query: dict[str, str]) -> None:
    layer, source, target = edge
    check(client.get(f"/sessions/{session}/edges/{layer}/{source}/{target}{place}", params=query))


@settings(max_examples=20)
@given(st.binary(max_size=300), st.text(max_size=20), st.dictionaries(st.sampled_from(["delimiter", "decimal", "header"]), WORD))
def test_uploads(client: httpx.Client, content: bytes, name: str, options: dict[str, str]) -> None:
    check(client.post("/datasets", files={"file": (name, content)}, data=options))


@given(
    st.binary(max_size=200), st.sampled_from(["application/json", "multipart/form-data", "multipart/form-data; boundary=b", "x"])
)
def test_bodies_that_are_nothing(client: httpx.Client, session: str, content: bytes, kind: str) -> None:
    for place in ("/datasets", "/sessions", f"/sessions/{session}/actions"):
        check(client.post(place, content=content, headers={"content-type": kind}))
