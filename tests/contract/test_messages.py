"""The closed unions: what belongs to them, what they refuse, and that every coding brings a message back unchanged."""

from __future__ import annotations

import json
import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from server.contract import actions, commands, events
from server.contract.base import Edge
from server.contract.coding import CodingError, decode_command, decode_event, encode, unpack
from server.contract.events import Curves, EventBase, Front, Losses, Notice, Presence, Progress, Waiting
from server.contract.examples import ACTION_EXAMPLES, EXAMPLES

UNIONS = [(actions.Action, actions), (commands.Command, commands), (events.Event, events)]


def members(union: object) -> tuple[type[BaseModel], ...]:
    return get_args(get_args(union)[0])


@pytest.mark.parametrize(("union", "module"), UNIONS)
def test_no_message_of_a_module_is_left_out_of_its_union(union: object, module: object) -> None:
    defined = {
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.__name__  # type: ignore[attr-defined]
    }
    bases = {value for value in defined if value.__subclasses__()}
    assert defined - bases == set(members(union))


@pytest.mark.parametrize(("union", "module"), UNIONS)
def test_every_tag_is_of_its_own(union: object, module: object) -> None:
    tag = "kind" if module is actions else "type"
    tags = [member.model_fields[tag].default for member in members(union)]
    assert len(set(tags)) == len(tags)


def test_every_action_and_command_has_an_example() -> None:
    assert {type(example) for example in ACTION_EXAMPLES} == set(members(actions.Action))
    assert set(members(commands.Command)) <= {type(example) for example in EXAMPLES}


def test_only_frames_are_superseded_each_by_its_own_kind() -> None:
    frames = {member for member in members(events.Event) if issubclass(member, EventBase) and member.superseded_by is not None}
    assert frames == {Progress, Losses, Curves, Front, Waiting}
    assert len({frame.superseded_by for frame in frames}) == len(frames)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_examples_come_back_from_json_unchanged(example: BaseModel) -> None:
    assert type(example).model_validate_json(example.model_dump_json()) == example


@pytest.mark.parametrize("coding", ["msgpack", "json"])
@pytest.mark.parametrize("example", [example for example in EXAMPLES if isinstance(example, members(commands.Command))], ids=str)
def test_commands_come_back_from_both_codings_unchanged(example: BaseModel, coding: str) -> None:
    assert decode_command(encode(example, "json" if coding == "json" else "msgpack")) == example


@given(st.binary(max_size=200), st.integers(0, 2**53), st.text(max_size=20))
def test_events_come_back_from_both_codings_unchanged(raw: bytes, seq: int, text: str) -> None:
    sent = [
        Curves(seq=seq, points=1, edges=raw, x_low=raw, x_high=b"", y=raw, importance=raw),
        Notice(seq=seq, code="interrupted", text=text),
        Presence(viewers=seq),
    ]
    for event in sent:
        assert decode_event(encode(event, "msgpack")) == event
        assert decode_event(encode(event, "json")) == event


def test_bytes_stay_bytes_in_msgpack_and_are_plain_base64_in_json() -> None:
    event = Curves(points=1, edges=b"\xff\xfe\xfb", x_low=b"", x_high=b"", y=b"", importance=b"")
    packed = encode(event, "msgpack")
    assert isinstance(packed, bytes)
    assert unpack(packed)["edges"] == b"\xff\xfe\xfb"
    assert json.loads(encode(event, "json"))["edges"] == "//77"


@given(st.binary(max_size=100))
def test_no_bytes_whatever_do_more_than_be_refused(payload: bytes) -> None:
    with pytest.raises((CodingError, ValidationError)):
        decode_command(payload)


@given(st.text(max_size=100))
def test_no_text_whatever_does_more_than_be_refused(payload: str) -> None:
    with pytest.raises(ValidationError):
        decode_command(payload)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_no_number_on_the_wire_is_not_a_number(number: float) -> None:
    with pytest.raises(ValidationError):
        actions.Train(sparsity=number)


def test_unknown_fields_are_refused_and_values_do_not_change() -> None:
    with pytest.raises(ValidationError):
        actions.ACTION.validate_python({"kind": "refit", "stepps": 3})
    with pytest.raises(ValidationError):
        actions.Refit().steps = 3  # type: ignore[misc]


@pytest.mark.parametrize("place", [-1, 10**30])
def test_places_are_small_whole_numbers(place: int) -> None:
    with pytest.raises(ValidationError):
        Edge(layer=place, source=0, target=0)


@pytest.mark.parametrize("action", ACTION_EXAMPLES, ids=lambda action: action.kind)
def test_every_action_says_what_it_is_in_a_few_words(action: actions.Action) -> None:
    assert 0 < len(action.label()) < 60
