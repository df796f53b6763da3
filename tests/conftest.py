"""What all tests share: how hypothesis searches. Nothing here imports torch, so that tests of the server stay light."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: a test must not fail because the machine is busy. In CI the same examples are tried each time.
settings.register_profile("local", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
