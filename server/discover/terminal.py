"""The line on a terminal that is written anew."""

from __future__ import annotations

from typing import TextIO

ERASE = "\r\x1b[K"


def erase(stream: TextIO) -> None:
    """Leave the terminal as it was, whoever has written on it."""
    if stream.isatty():
        stream.write(ERASE)
        stream.flush()
