"""Programs as a reader of the documents has them: these sources and this Python, whatever else is installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.docs.blocks import ROOT

_HERE = Path(__file__).parent


def environment_with_programs(folder: Path) -> dict[str, str]:
    """The environment with `kanscope` and `python3` first on its path, and `curl` where there is none."""
    folder.mkdir()
    commands = {"kanscope": f'"{sys.executable}" -m server', "python3": f'"{sys.executable}"'}
    if shutil.which("curl") is None:
        commands["curl"] = f'"{sys.executable}" "{_HERE / "curl.py"}"'
    for name, command in commands.items():
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
