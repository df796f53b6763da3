"""The fake registry in workers that end while they start, for as long as a file is missing; the device names the file.

Each start that fails makes one more file beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

from server.work.perform import Registry
from tests.fakes import ANSWERS, HANDLERS, shout


def warm(device: str) -> None:
    """Live, or end."""
    if not Path(device).exists():
        Path(f"{device}.{os.getpid()}").touch()
        os._exit(3)


REGISTRY = Registry(HANDLERS, ANSWERS, warm=warm, tasks={"shout": shout})
