"""The fake registry in a worker whose first start spoils its pipe, as the device says; the device names a file too.

`…/nonsense` writes what is no message and works on, `…/half` ends in the middle of a message.
"""

from __future__ import annotations

import os
import struct
import threading
from pathlib import Path

from server.engine.worker import Listener
from server.work.perform import Registry
from tests.fakes import ANSWERS, HANDLERS, shout

WRITTEN = {"nonsense": struct.pack("!i", 3) + b"\xc1\xc1\xc1", "half": struct.pack("!i", 100) + b"\x81\xa4"}


def warm(device: str) -> None:
    """Spoil the pipe the first time."""
    before = Path(device)
    if before.exists():
        return
    before.touch()
    [listener] = [thread for thread in threading.enumerate() if isinstance(thread, Listener)]
    os.write(listener.pipe.fileno(), WRITTEN[before.name])
    if before.name == "half":
        os._exit(3)
    threading.Event().wait()


REGISTRY = Registry(HANDLERS, ANSWERS, warm=warm, tasks={"shout": shout})
