"""What the server process must never import, tried in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("torch", "sympy", "scipy", "numpy", "polars", "plotly", "kan_core", "alembic")
WEB = ("fastapi", "starlette", "uvicorn", "websockets")


def imported_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    written = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    return set(written.stdout.split())


def test_the_server_process_imports_no_numerics() -> None:
    assert imported_by("server.app, server.__main__").isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module", ["server.sessions.registry", "server.engine.worker", "server.work.perform", "server.store.store"]
)
def test_what_is_below_the_surface_needs_no_web_framework(module: str) -> None:
    assert imported_by(module).isdisjoint(WEB)


def test_the_engine_brings_no_numerics_to_the_server() -> None:
    assert imported_by("server.engine.local, server.engine.worker").isdisjoint(HEAVY)
