"""What all messages share: strict, immutable pydantic models."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

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


class Bounds(Message):
    """Where a constant may go; an end that is absent is open."""

    low: float | None = None
    high: float | None = None


Name = Annotated[str, Field(min_length=1, max_length=80)]


class ConstantChange(Message):
    """What is to become of one constant of the law. What is absent stays as it is."""

    name: Name = Field(description="As `GET …/constants` lists it.", examples=["c1"])
    state: Literal["free", "fixed"] | None = Field(
        default=None, description="Whether fits move it. A constant with `exact` is exact; `free` makes it a number again."
    )
    value: float | None = Field(default=None, description="In raw units; where a refit of a free constant begins.")
    exact: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="Make it this exact number: 3, -1/3, pi/2, 2*e, sqrt(2). 0 and 1 make the formula shorter.",
        examples=["pi/2"],
    )
    bounds: Bounds | None = Field(default=None, description="Both ends are replaced.")
    rename: Name | None = Field(default=None, description="A name that is no column, function or known number.")
    same_as: Name | None = Field(default=None, description="Tie it to another constant: both are that one from now on.")
    unit: str | None = Field(default=None, max_length=80)
