"""What one browser has yet to be told. Never waits for the browser, never grows beyond its bound, loses nothing.

A newer frame takes the place of an older one of its kind. Everything else queues; when too much has queued, the browser
has missed so much that a fresh view says it all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from pydantic import BaseModel

from server.contract.coding import Coding, encode
from server.contract.events import Event

MOST_WAITING = 256


class Envelope:
    """An event on its way to many browsers; encoded once per coding."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._encoded: dict[Coding, bytes | str] = {}

    def encoded(self, coding: Coding) -> bytes | str:
        """The payload of the socket frame."""
        if coding not in self._encoded:
            message: BaseModel = self.event
            self._encoded[coding] = encode(message, coding)
        return self._encoded[coding]


class OutboxClosedError(Exception):
    """The session is gone; nothing more will come."""


class Outbox:
    """The waiting events of one subscriber, given out in the order of their seq."""

    def __init__(self, fresh: Callable[[], Iterable[Envelope]], limit: int = MOST_WAITING) -> None:
        self._fresh = fresh
        self._limit = limit
        self._events: deque[Envelope] = deque()
        self._frames: dict[str, Envelope] = {}
        self._wake = asyncio.Event()
        self._overflowed = False
        self._closed = False
        self.superseded = 0

    def put(self, envelope: Envelope) -> None:
        """Take an event; returns at once."""
        if self._closed or self._overflowed:
            return
        key = envelope.event.superseded_by
        if key is not None:
            self.superseded += key in self._frames
            self._frames[key] = envelope
        elif len(self._events) < self._limit:
            self._events.append(envelope)
        else:
            self._overflowed = True
            self._events.clear()
            self._frames.clear()
        self._wake.set()

    async def get(self) -> Envelope:
        """The next event, as soon as there is one.

        Raises:
            OutboxClosedError: after `close`, when all was given out.
        """
        while True:
            if self._overflowed:
                self._refresh()
            envelope = self._next()
            if envelope is not None:
                return envelope
            if self._closed:
                raise OutboxClosedError
            self._wake.clear()
            await self._wake.wait()

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        self._wake.set()

    def __len__(self) -> int:
        return len(self._events) + len(self._frames)

    def _refresh(self) -> None:
        self._overflowed = False
        for envelope in self._fresh():
            self.put(envelope)

    def _next(self) -> Envelope | None:
        key = min(self._frames, key=lambda name: self._frames[name].event.seq, default=None)
        if key is None:
            return self._events.popleft() if self._events else None
        if self._events and self._events[0].event.seq < self._frames[key].event.seq:
            return self._events.popleft()
        return self._frames.pop(key)
