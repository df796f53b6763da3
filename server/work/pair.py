"""Two networks as the parent of one action: what a handler that joins them is given in place of one network's bytes."""

from __future__ import annotations

from server.contract.coding import CodingError, pack, unpack


def pair(head: bytes, other: bytes) -> bytes:
    """The head's network and another one as bytes."""
    return pack({"head": head, "other": other})


def both(parent: bytes | None) -> tuple[bytes, bytes] | None:
    """The head's network and the other one; None when the bytes are no pair."""
    try:
        parts = unpack(parent or b"")
        return parts["head"], parts["other"]
    except (CodingError, KeyError):
        return None
