"""What sessions count, for whoever keeps the figures."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class Meter(Protocol):
    """Takes counts; the surface turns them into metrics."""

    @abstractmethod
    def action_ended(self, kind: str, state: str, seconds: float) -> None:
        """An action came to its end."""

    @abstractmethod
    def frames_superseded(self, count: int) -> None:
        """A browser left, for which so many frames were replaced by newer ones."""


class NoMeter:
    """Counts nothing."""

    def action_ended(self, kind: str, state: str, seconds: float) -> None:
        """Ignore."""

    def frames_superseded(self, count: int) -> None:
        """Ignore."""
