"""Entry of the `kanscope` command: where modules are looked for, before any but the most needed is imported.

`python -m server` puts the current folder before Python's own library, and `PYTHONPATH` does so with whatever it names: a
`queue.py` there would be executed in place of the library's. Those folders are a person's, not the program's. Used by
`__main__` before its imports; nothing but `os`, `sys` and `time`, which Python has loaded already, is needed here.
"""

from __future__ import annotations

import os
import sys
import time

STARTED = time.monotonic()
"""When the command was started: this is the first of the program's modules that is loaded."""


def main() -> None:
    """Run the command with `own_folders_first`."""
    own_folders_first()
    from server.__main__ import main as command

    command()


def own_folders_first() -> None:
    """Leave out the current folder, and look into what `PYTHONPATH` names last; where the program itself lies stays."""
    real = os.path.realpath
    root = real(os.path.join(os.path.dirname(__file__), os.pardir))  # noqa: PTH118, PTH120 - pathlib is not loaded yet
    named = [real(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    kept = [entry for entry in sys.path if real(entry) == root or real(entry) != real(os.curdir)]
    last = [entry for entry in kept if real(entry) in named]
    # The program's own folder comes before others that may hold a package of the same name.
    last.sort(key=lambda entry: real(entry) != root)
    sys.path[:] = [entry for entry in kept if entry not in last] + last
