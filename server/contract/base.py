"""What all messages share: strict, immutable pydantic models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """Unknown fields are an error and values do not change after they were made; no NaN or infinity on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Edge(Message):
    """An edge function's place: layer, source node, target subnode, all zero-based."""

    layer: int
    source: int
    target: int


class Node(Message):
    """A node's place; layer 0 holds the inputs."""

    layer: int
    index: int
