"""The real registry. Imported in workers only, since it brings the numerics with it."""

from __future__ import annotations

import torch

from kan_core.errors import KanError
from server.tables.errors import TableError
from server.work.device import choose
from server.work.handlers import HANDLERS
from server.work.handlers.search import TASK, do_task
from server.work.perform import Registry
from server.work.queries import ANSWERS


def warm(device: str) -> None:
    """One thread a worker: the networks are small, and several workers share the processor."""
    torch.set_num_threads(1)
    choose(device)


REGISTRY = Registry(HANDLERS, ANSWERS, {TableError: "bad_table", KanError: "action_failed"}, warm, {TASK: do_task})
