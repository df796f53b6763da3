"""The two codings of the socket: msgpack maps (bytes stay bytes) and JSON text (bytes are base64)."""

from __future__ import annotations

from typing import Any, Literal, cast

import msgpack
from pydantic import BaseModel

from server.contract.commands import COMMAND, Command
from server.contract.events import EVENT, Event

Coding = Literal["msgpack", "json"]

SUBPROTOCOLS: dict[str, Coding] = {"kanscope.v1.msgpack": "msgpack", "kanscope.v1.json": "json"}


class CodingError(ValueError):
    """A frame that is no message at all; the sentence says what was expected."""


def encode(message: BaseModel, coding: Coding) -> bytes | str:
    """A message as the payload of one socket frame."""
    return pack(message.model_dump()) if coding == "msgpack" else message.model_dump_json()


def decode_command(payload: bytes | str) -> Command:
    """A browser's message, in either coding: binary frames are msgpack, text frames JSON.

    Raises:
        CodingError: when the frame is not a map in that coding.
        pydantic.ValidationError: when the map is not a command.
    """
    if isinstance(payload, str):
        return COMMAND.validate_json(payload)
    return COMMAND.validate_python(unpack(payload))


def decode_event(payload: bytes | str) -> Event:
    """An event as scripts and tests read it."""
    return EVENT.validate_json(payload) if isinstance(payload, str) else EVENT.validate_python(unpack(payload))


def pack(value: dict[str, Any]) -> bytes:
    """A map as msgpack bytes."""
    return cast(bytes, msgpack.packb(value, use_bin_type=True))


def unpack(payload: bytes) -> dict[str, Any]:
    """A map from msgpack bytes; anything else is a `CodingError`."""
    try:
        value = msgpack.unpackb(payload, raw=False, strict_map_key=True)
    except Exception as error:  # msgpack raises many kinds, all meaning the same: not msgpack
        raise CodingError("the message is not a msgpack map") from error
    if not isinstance(value, dict):
        raise CodingError("the message is not a msgpack map")
    return cast(dict[str, Any], value)
