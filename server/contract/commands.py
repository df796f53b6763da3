"""What a browser sends over the socket: one class each, closed by the union `Command`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from server.contract.actions import Action
from server.contract.base import Message
from server.contract.people import PersonName


class Hello(Message):
    """First message: resume after `last_seq` when the server still has what followed, else a full view comes."""

    type: Literal["hello"] = "hello"
    last_seq: int | None = None
    name: PersonName = Field(default=None, description="Who this is; others see it beside what is changed over this connection.")


class Introduce(Message):
    """From now on this connection goes by another name."""

    type: Literal["introduce"] = "introduce"
    name: PersonName


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
    """Make another revision the head, for everybody: undo, redo, jump."""

    type: Literal["move_head"] = "move_head"
    request_id: str = Field(max_length=64)
    revision: str
    parent: str | None = Field(default=None, description="The head this was decided on; refused as stale when it is another one.")


class Annotate(Message):
    """Write a note on a revision (empty text removes it), or, without one, rename the session."""

    type: Literal["annotate"] = "annotate"
    revision: str | None = None
    text: str = Field(max_length=2_000)


Command = Annotated[Hello | Introduce | Act | Cancel | Pause | MoveHead | Annotate, Field(discriminator="type")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
