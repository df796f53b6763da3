"""Numbers the events of a session, remembers the latest for those who come back, and gives them to every outbox.

The first number comes from the clock, so that numbers of a former life of the session are recognised as too old: a
session makes far fewer than a thousand events a second, so its numbers never catch up with the clock.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from server.contract.events import Event, EventBase, Presence, View
from server.contract.views import SessionView
from server.sessions.outbox import Envelope, Outbox

MOST_REMEMBERED = 128
Kind = TypeVar("Kind", bound=EventBase)


class Channel:
    """The events of one session and its subscribers. `view` makes what a joiner is shown, `notices` what else to tell it."""

    def __init__(
        self,
        view: Callable[[int], SessionView],
        notices: Callable[[], Iterable[Event]],
        *,
        remember: int = MOST_REMEMBERED,
        first: int | None = None,
    ) -> None:
        self._view = view
        self._notices = notices
        self._remember = remember
        self.seq = int(time.time() * 1000) if first is None else first
        self._oldest = self.seq
        self._recent: deque[Envelope] = deque()
        self._frames: dict[str, Event] = {}
        self._outboxes: set[Outbox] = set()

    @property
    def viewers(self) -> int:
        """How many subscribers there are."""
        return len(self._outboxes)

    def publish(self, event: Event) -> None:
        """Number an event and give it to all."""
        envelope = self.numbered(event)
        key = event.superseded_by
        if key is not None:
            self._frames[key] = envelope.event
        else:
            self._recent.append(envelope)
            if len(self._recent) > self._remember:
                self._oldest = self._recent.popleft().event.seq
        for outbox in self._outboxes:
            outbox.put(envelope)

    def numbered(self, event: Event) -> Envelope:
        """An event with the next number, for one subscriber or all."""
        self.seq += 1
        return Envelope(event.model_copy(update={"seq": self.seq}))

    def frame(self, key: str, kind: type[Kind]) -> Kind | None:
        """The latest frame of a kind."""
        frame = self._frames.get(key)
        return frame if isinstance(frame, kind) else None

    def forget_frames(self, *keys: str) -> None:
        """The latest frames of these kinds are over and not shown to joiners."""
        for key in keys:
            self._frames.pop(key, None)

    def subscribe(self, last_seq: int | None) -> Outbox:
        """Join: what was missed after `last_seq` if it is still remembered, else a view; then the latest frames."""
        outbox = Outbox(self._fresh)
        if last_seq is not None and self._oldest <= last_seq <= self.seq:
            missed = [envelope for envelope in self._recent if envelope.event.seq > last_seq]
            missed.extend(self.numbered(frame) for frame in self._frames.values())
        else:
            missed = list(self._fresh())
        for envelope in missed:
            outbox.put(envelope)
        self._outboxes.add(outbox)
        self.publish(Presence(viewers=self.viewers))
        return outbox

    def unsubscribe(self, outbox: Outbox) -> None:
        """Leave."""
        self._outboxes.discard(outbox)
        self.publish(Presence(viewers=self.viewers))

    def close(self) -> None:
        """Nothing more will be published."""
        for outbox in self._outboxes:
            outbox.close()

    def _fresh(self) -> Iterable[Envelope]:
        # The seq of the view is the last number given, what follows must have higher ones.
        yield Envelope(View(seq=self.seq, session=self._view(self.seq)))
        for event in (*self._notices(), *self._frames.values()):
            yield self.numbered(event)
