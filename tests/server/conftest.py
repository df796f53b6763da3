"""Shared by all tests of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.server.live import Gate, LiveServer


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real server with fake handlers; one for a module, since its workers take a moment to start."""
    with LiveServer(Settings(data=tmp_path_factory.mktemp("data"), registry="tests.fakes")) as server:
        yield server


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Closed."""
    return Gate(tmp_path / "gate")
