from server.contract.actions import ACTIONS
from server.work.handlers import HANDLERS
from server.work.queries import ANSWERS
from server.work.query import QUERIES


def test_every_kind_of_action_has_a_handler_and_no_other():
    assert set(HANDLERS) == set(ACTIONS)


def test_every_kind_of_query_has_an_answer_and_no_other():
    assert set(ANSWERS) == set(QUERIES)
