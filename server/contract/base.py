"""What all messages share: strict, immutable pydantic models."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("should be base64") from error


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


Binary = Annotated[
    bytes,
    BeforeValidator(_decoded),
    PlainSerializer(_encoded, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""Raw bytes in the msgpack coding, standard base64 in JSON (so that `atob` and `base64.b64decode` read it)."""


Place = Annotated[int, Field(ge=0, le=1_000_000)]


class Message(BaseModel):
    """Unknown fields are an error and values do not change after they were made; no NaN or infinity on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Edge(Message):
    """An edge function's place: layer, source node, target subnode, all zero-based."""

    layer: Place
    source: Place
    target: Place


class Node(Message):
    """A node's place; layer 0 holds the inputs."""

    layer: Place
    index: Place


class SnapValue(Message):
    """One constant of the formula and the exact number it is to be."""

    constant: int = Field(ge=0, le=10_000, description="Its place in the list of constants of the parent revision.")
    value: str = Field(min_length=1, max_length=80, examples=["pi/2"], description="For example 3, -1/3, pi/2, 2*e, sqrt(2).")
