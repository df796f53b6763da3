"""Entry of a worker process. The numerics are imported in there, not by the one who starts it."""

from __future__ import annotations

import importlib
from multiprocessing.connection import Connection


def main(pipe: Connection) -> None:
    """Import the worker and let it run."""
    importlib.import_module("server.discover.worker").main(pipe)
