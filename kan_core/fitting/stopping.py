"""How a fit is told to stop: it asks between steps. Nothing here knows a clock; whoever has one gives the question."""

from __future__ import annotations

from collections.abc import Callable

Stop = Callable[[], bool]
"""Whether to stop now."""


def never() -> bool:
    """Go on to the end."""
    return False


class Heard:
    """A question that remembers whether the answer was ever yes."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self.yes = False

    def __call__(self) -> bool:
        self.yes = self.yes or self._stop()
        return self.yes
