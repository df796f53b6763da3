from typing import get_args

from server.contract.actions import Action
from server.work.handlers import HANDLERS
from server.work.queries import ANSWERS
from server.work.query import ANSWER_TYPES, Query


def kinds(union) -> set[str]:
    return {member.model_fields["kind"].default for member in get_args(get_args(union)[0])}


def test_every_kind_of_action_has_a_handler_and_no_other():
    assert set(HANDLERS) == kinds(Action)


def test_every_kind_of_query_has_an_answer_and_no_other():
    assert set(ANSWERS) == kinds(Query) == set(ANSWER_TYPES)
