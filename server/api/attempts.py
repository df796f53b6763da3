"""Wrong tokens: a line in the log for whoever runs the server, and answers that come later and later for whoever guesses.

Counted by address, for a bounded number of addresses. The right token is never counted or slowed down, whatever else its
address has sent. A token itself, right or wrong, is written nowhere: a wrong one may be the right one of another server.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Slowdown:
    """How guessing is slowed down.

    Attributes:
        free: wrong tokens that are answered at once; a person may mistype.
        first: seconds that the next answer takes; each one after it takes twice as long as the one before …
        longest: … up to so many. Answers to one address come one after the other, however many are asked for at once …
        patience: … but none later than this.
        forgotten: seconds after which an address that has been quiet begins anew.
        addresses: so many are remembered, the latest.
        told: wrong tokens of an address of which each has a line in the log; after them each that doubles their number.
    """

    free: int = 5
    first: float = 0.1
    longest: float = 5.0
    patience: float = 30.0
    forgotten: float = 600.0
    addresses: int = 1_000
    told: int = 10


@dataclass(slots=True)
class _Address:
    wrong: int = 0
    latest: float = 0.0
    answered: float = 0.0


class WrongTokens:
    """What is known of the addresses that gave wrong ones."""

    def __init__(
        self,
        slowdown: Slowdown | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slowdown = slowdown or Slowdown()
        self._clock = clock
        self._wait = wait
        self._known: OrderedDict[str, _Address] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    async def refused(self, address: str, path: str) -> None:
        """A wrong token came from an address; returns when it may be answered."""
        seconds = self._count(address, path)
        if seconds > 0:
            await self._wait(seconds)

    def _count(self, address: str, path: str) -> float:
        slowdown, now = self._slowdown, self._clock()
        known = self._known.pop(address, None)
        if known is None or now - known.latest > slowdown.forgotten:
            known = _Address()
        self._known[address] = known
        if len(self._known) > slowdown.addresses:
            self._known.popitem(last=False)
        known.wrong += 1
        known.latest = now
        if known.wrong <= slowdown.told or known.wrong & (known.wrong - 1) == 0:
            _log.warning("a wrong token was given", address=address, path=path, count=known.wrong)
        beyond = known.wrong - slowdown.free
        if beyond <= 0:
            return 0.0
        # The exponent is bounded so that no count makes it too large for a double.
        delay = min(slowdown.longest, slowdown.first * 2.0 ** min(beyond - 1, 60))
        known.answered = min(max(now, known.answered) + delay, now + slowdown.patience)
        return known.answered - now
