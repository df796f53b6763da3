"""What a browser sends over the socket: one class each, closed by the union `Command`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from server.contract.actions import Action
from server.contract.base import Message


class Hello(Message):
    """First message: resume after `last_seq` when the server still has what followed, else a full view comes."""

    type: Literal["hello"] = "hello"
    last_seq: int | None = None


class Act(Message):
    """Perform an action on the head."""

    type: Literal["act"] = "act"
    request_id: str = Field(max_length=64)
    action: Action


class Cancel(Message):
    """Stop the running action and keep its best state as a revision."""

    type: Literal["cancel"] = "cancel"
    action_id: str


class Pause(Message):
    """Pause the running action, or go on."""

    type: Literal["pause"] = "pause"
    action_id: str
    paused: bool


class MoveHead(Message):
    """Go to another revision: undo, redo, jump."""

    type: Literal["move_head"] = "move_head"
    request_id: str = Field(max_length=64)
    revision: str


class Annotate(Message):
    """Write a note on a revision (empty text removes it), or, without one, rename the session."""

    type: Literal["annotate"] = "annotate"
    revision: str | None = None
    text: str = Field(max_length=2_000)


Command = Annotated[Hello | Act | Cancel | Pause | MoveHead | Annotate, Field(discriminator="type")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
