"""What all tests share: how hypothesis searches. Nothing here imports torch, so that tests of the server stay light."""

from __future__ import annotations

import os
import sys

import structlog
from hypothesis import HealthCheck, settings

# As `kanscope serve` sets it up: a log on standard error, so that what a command prints beside a server of the tests is its own.
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

# No deadline: a test must not fail because the machine is busy. In CI the same examples are tried each time.
settings.register_profile("local", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
