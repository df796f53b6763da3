"""Nothing is forgotten: every action has its handler, every query its answer, the real ones and the fakes."""

from __future__ import annotations

from typing import get_args

import pytest

from server.contract.actions import Action
from server.work.perform import Registry, load_registry
from server.work.query import ANSWER_TYPES, QUESTION_SECONDS, Query, QueryBase


def kinds(union: object) -> set[str]:
    return {member.model_fields["kind"].default for member in get_args(get_args(union)[0])}


@pytest.fixture(params=["server.work.registry", "tests.fakes"])
def registry(request: pytest.FixtureRequest) -> Registry:
    return load_registry(request.param)


def test_every_action_has_exactly_one_handler(registry: Registry) -> None:
    assert set(registry.handlers) == kinds(Action)


def test_every_query_has_exactly_one_answer(registry: Registry) -> None:
    assert set(registry.answers) == kinds(Query) == set(ANSWER_TYPES)


def test_no_two_kinds_share_a_handler_by_mistake() -> None:
    registry = load_registry("server.work.registry")
    assert len(set(map(id, registry.handlers.values()))) == len(registry.handlers)
    assert len(set(map(id, registry.answers.values()))) == len(registry.answers)


@pytest.mark.parametrize("query", get_args(get_args(Query)[0]))
def test_a_question_that_may_take_longer_says_why_and_all_say_what_to_do(query: type[QueryBase]) -> None:
    assert (query.seconds > QUESTION_SECONDS) == bool(query.because)
    assert query.called != QueryBase.called
    assert query.remedy.endswith(".")
