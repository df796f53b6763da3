"""What each session has had of the workers, in worker seconds: the account by which sessions take turns.

`level` is what an active session has had on average; it rises by what is used, over the number of active sessions (the virtual
time of fair queueing). A session that comes anew stands at the level, so that who was away saves nothing up, and what was used
while nobody else wanted it is no debt. What a session has had more than that is forgotten by half in each `half_life` of its
absence. Since the level rises as long as anybody computes, nobody waits for ever, however many come anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HALF_LIFE = 300.0
"""Seconds. Long beside an action, short beside a working day: who computed much before lunch owes nothing after it."""
_MOST_ABSENT = 1_000


@dataclass(eq=False, slots=True)
class _Account:
    """`had`: worker seconds until `since`; `workers` it occupies now; `requests` of it wait or run."""

    had: float
    since: float
    workers: int = 0
    requests: int = 0


class Shares:
    """The accounts of all sessions. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float], half_life: float = HALF_LIFE) -> None:
        self._clock = clock
        self._half_life = half_life
        self._accounts: dict[str, _Account] = {}
        self._level = 0.0

    def come(self, session: str) -> float:
        """A request of a session begins to wait; what the session has had: who has had least is next."""
        now = self._clock()
        self._settle(now)
        account = self._accounts.setdefault(session, _Account(self._level, now))
        if not (account.requests or account.workers):
            left = 0.5 ** ((now - account.since) / self._half_life)
            account.had, account.since = self._level + left * max(0.0, account.had - self._level), now
        account.requests += 1
        return account.had

    def go(self, session: str) -> None:
        """A request of a session is over."""
        self._settle(self._clock())
        account = self._accounts[session]
        account.requests -= 1
        absent = [name for name, each in self._accounts.items() if not (each.requests or each.workers)]
        # Those who have been away for longest owe least.
        for name in sorted(absent, key=lambda name: self._accounts[name].since)[: max(0, len(absent) - _MOST_ABSENT)]:
            del self._accounts[name]

    def take(self, session: str) -> None:
        """A worker begins to compute for a session."""
        now = self._clock()
        self._settle(now)
        self._accounts.setdefault(session, _Account(self._level, now)).workers += 1

    def give_back(self, session: str) -> None:
        """A worker no longer computes for it."""
        self._settle(self._clock())
        self._accounts[session].workers -= 1

    def had(self, session: str) -> float:
        """Worker seconds of a session on the common account."""
        self._settle(self._clock())
        account = self._accounts.get(session)
        return self._level if account is None else account.had

    def _settle(self, now: float) -> None:
        """Write down what was used until now."""
        active = [account for account in self._accounts.values() if account.requests or account.workers]
        for account in active:
            used = account.workers * (now - account.since)
            account.had += used
            account.since = now
            self._level += used / len(active)
