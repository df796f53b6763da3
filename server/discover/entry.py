"""Entry of a worker process. The numerics are imported in there, not by the one who starts it."""

from __future__ import annotations

import importlib
from multiprocessing.connection import Connection
from types import ModuleType

from server.discover.lifeline import end_with
from server.loading import without_collector


def main(pipe: Connection) -> None:
    """Import the worker and let it run, for as long as there is somebody to work for."""
    end_with(pipe)
    load().main(pipe)


def load() -> ModuleType:
    """The worker's module, with the numerics."""
    with without_collector():
        return importlib.import_module("server.discover.worker")
