"""The OpenAPI document: complete, consistent, with examples, and the one the frontend was generated from."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from server.app import create_app
from server.contract import actions, commands, events
from server.settings import Settings

ROOT = Path(__file__).parent.parent.parent
COMMITTED = ROOT / "frontend" / "src" / "contract" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    places = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= places


@pytest.mark.parametrize(("name", "union"), [("Action", actions.Action), ("Command", commands.Command), ("Event", events.Event)])
def test_the_unions_are_components_with_all_their_members(document: dict[str, Any], name: str, union: object) -> None:
    schemas = document["components"]["schemas"]
    listed = {place["$ref"].rsplit("/", 1)[1] for place in schemas[name]["oneOf"]}
    assert listed == {member.__name__ for member in get_args(get_args(union)[0])}
    tag = schemas[name]["discriminator"]["propertyName"]
    for member in listed:
        assert tag in schemas[member]["required"]


def test_actions_are_named_not_written_out_where_they_occur(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["RevisionView"]["properties"]["action"] == {"$ref": "#/components/schemas/Action"}
    body = document["paths"]["/api/v1/sessions/{session_id}/actions"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Action"}


def test_every_action_and_command_shows_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for union in ("Action", "Command"):
        for place in schemas[union]["oneOf"]:
            assert schemas[place["$ref"].rsplit("/", 1)[1]]["examples"]


def test_every_operation_is_described_and_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert all(operation["description"] for _, operation in operations(document))


def test_every_operation_of_the_interface_says_how_it_fails(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if "/api/v1" in name:
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], name


def test_the_surface_is_what_was_promised(document: dict[str, Any]) -> None:
    promised = """
    post /api/v1/datasets, post /api/v1/equations, get /api/v1/sessions/{session_id}/rows,
    get /api/v1/datasets/{dataset_id}, get /api/v1/datasets/{dataset_id}/rows, get /api/v1/samples,
    post /api/v1/samples/{name}, post /api/v1/sessions, get /api/v1/sessions, get /api/v1/sessions/{session_id},
    delete /api/v1/sessions/{session_id}, post /api/v1/sessions/{session_id}/actions,
    get /api/v1/sessions/{session_id}/actions/{action_id}, delete /api/v1/sessions/{session_id}/actions/{action_id},
    patch /api/v1/sessions/{session_id}/actions/{action_id},
    put /api/v1/sessions/{session_id}/head, get /api/v1/sessions/{session_id}/revisions/{revision_id},
    patch /api/v1/sessions/{session_id}/revisions/{revision_id},
    get /api/v1/sessions/{session_id}/revisions/{revision_id}/front,
    get /api/v1/sessions/{session_id}/edges/{layer}/{source}/{target},
    get /api/v1/sessions/{session_id}/edges/{layer}/{source}/{target}/suggestions,
    get /api/v1/sessions/{session_id}/edges/{layer}/{source}/{target}/candidate,
    get /api/v1/sessions/{session_id}/prune-proposal, get /api/v1/sessions/{session_id}/curves, get /api/v1/primitives,
    get /api/v1/sessions/{session_id}/constants, get /api/v1/sessions/{session_id}/validity,
    get /api/v1/sessions/{session_id}/primitives, get /api/v1/sessions/{session_id}/formula-reading,
    post /api/v1/sessions/{session_id}/model-draft,
    get /api/v1/sessions/{session_id}/export/{name}, get /api/v1/server, get /api/v1/storage, get /api/v1/datasets,
    delete /api/v1/datasets/{dataset_id},
    post /api/v1/datasets/{dataset_id}/restore, post /api/v1/sessions/{session_id}/restore,
    get /healthz, get /readyz, get /metrics
    """
    assert {name for name, _ in operations(document)} == {line.strip() for line in promised.split(",")}


def test_the_committed_document_is_not_stale(document: dict[str, Any]) -> None:
    assert json.loads(COMMITTED.read_text()) == document, (
        "run: python -m server.contract.openapi > frontend/src/contract/openapi.json"
    )


def test_the_command_writes_the_document(document: dict[str, Any]) -> None:
    written = subprocess.run([sys.executable, "-m", "server.contract.openapi"], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(written.stdout) == document
