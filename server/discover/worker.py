"""A process that does the tasks of one search: first it is sent the table, then task after task. Started by `crew`."""

from __future__ import annotations

import os
import signal
import traceback
from multiprocessing.connection import Connection
from typing import NoReturn

import torch

from kan_core.search.tasks import run_task
from server.contract.coding import pack, unpack
from server.discover.messages import outcome_bytes, read_task
from server.work.result import TableData
from server.work.situation import rows_of


def main(pipe: Connection) -> None:
    """Work until the pipe ends."""
    # Ctrl-C reaches the whole group; the one who started the search decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # One thread each: the networks are small, and the others work as well.
    torch.set_num_threads(1)
    try:
        table = unpack(pipe.recv_bytes())
        columns = tuple(table["inputs"]), tuple(table["targets"])
        split = rows_of(TableData(table["key"], table["content"], *columns, rows=table["rows"])).split
        while True:
            task = read_task(pipe.recv_bytes())
            try:
                reply = outcome_bytes(run_task(task, split))
            except Exception:  # noqa: BLE001 - the outermost loop: one task that fails is no reason to give up the search
                traceback.print_exc()
                reply = pack({"kind": "found", "findings": []})
            pipe.send_bytes(reply)
    except (EOFError, OSError):
        _end()


def _end() -> NoReturn:
    """End without a word: nobody is left to hear of it."""
    os._exit(0)
