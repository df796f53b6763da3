"""A process that ends with whoever started it, whatever it is computing: even a killed one leaves nothing behind that goes on."""

from __future__ import annotations

import os
import select
import threading
from multiprocessing.connection import Connection


def end_with(pipe: Connection) -> None:
    """End this process as soon as nobody holds the other end of the pipe.

    What comes through it is left to be read by others. Where the system cannot wait for a hang-up (Windows), the end is heard
    when the pipe is read.
    """
    if hasattr(select, "poll"):
        threading.Thread(target=_watch, args=(pipe.fileno(),), daemon=True, name="kanscope-lifeline").start()


def _watch(handle: int) -> None:
    poll = select.poll()
    # Nothing is asked for: a hang-up is told anyway, and nothing else.
    poll.register(handle, 0)
    poll.poll()
    os._exit(0)
