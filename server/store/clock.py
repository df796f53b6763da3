"""The time of day as it is stored and shown: ISO 8601 in UTC to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The present."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
