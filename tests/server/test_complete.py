"""Nothing is forgotten: every action has its handler, every query its answer, the real ones and the fakes."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from pydantic import ValidationError

from server.contract.actions import ACTIONS
from server.contract.base import Message
from server.work.perform import Registry, load_registry
from server.work.query import QUERIES, QUESTION_SECONDS, CurvesQuery, Query, SampleQuery, ValidityQuery, read_query


@pytest.fixture(params=["server.work.registry", "tests.fakes"])
def registry(request: pytest.FixtureRequest) -> Registry:
    return load_registry(request.param)


def test_every_action_has_exactly_one_handler(registry: Registry) -> None:
    assert set(registry.handlers) == set(ACTIONS)


def test_every_query_has_exactly_one_answer(registry: Registry) -> None:
    assert set(registry.answers) == set(QUERIES)


def test_no_two_kinds_share_a_handler_by_mistake() -> None:
    registry = load_registry("server.work.registry")
    assert len(set(map(id, registry.handlers.values()))) == len(registry.handlers)
    assert len(set(map(id, registry.answers.values()))) == len(registry.answers)


@pytest.mark.parametrize("query", QUERIES.values())
def test_a_question_that_may_take_longer_says_why_and_all_say_what_to_do(query: type[Query[Message]]) -> None:
    assert (query.seconds > QUESTION_SECONDS) == bool(query.because)
    assert query.called != Query.called
    assert query.remedy.endswith(".")


@pytest.mark.parametrize("query", QUERIES.values())
def test_an_answer_is_what_its_query_says(query: type[Query[Message]]) -> None:
    """By the types of the function that answers: what is asked for and what comes back."""
    types = get_type_hints(load_registry("server.work.registry").answers[query.kind])
    assert types.pop("return") is query.answer_type()
    assert query in types.values()


@pytest.mark.parametrize("kind", ACTIONS)
def test_a_handler_is_for_its_action(kind: str) -> None:
    assert ACTIONS[kind] in get_type_hints(load_registry("server.work.registry").handlers[kind]).values()


def test_a_query_is_the_same_after_the_pipe() -> None:
    for query in (SampleQuery(name="kepler"), CurvesQuery(), ValidityQuery(low=[0.0], high=[1.0])):
        assert read_query(query.to_map()) == query
    with pytest.raises(ValidationError):
        read_query({"kind": "sample", "name": "kepler", "more": 1})
