"""Print the path of a Chromium for the browser tests; install one when there is none.

Called by the Makefile; the tests use `find` alone. Order: KANSCOPE_CHROMIUM, the system's browsers, playwright's own.
Installing: the system's package manager as root or through sudo, else playwright's download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """A Chromium that is on this machine, or None."""
    chosen = os.environ.get("KANSCOPE_CHROMIUM")
    if chosen:
        return Path(chosen)
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return Path(found) if found else _playwright_browser()


def _playwright_browser() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def install() -> None:
    """Install Chromium; prints to stderr, and says what to do when it fails."""
    if shutil.which("apt-get"):
        rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
        _run([*rights, "apt-get", "update", "-qq"])
        if _run([*rights, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            return
    _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _run(command: list[str]) -> bool:
    print("+", *command, file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, check=False, stdout=sys.stderr, stdin=subprocess.DEVNULL, env=environment).returncode == 0


def main() -> None:
    """Print the path, installing first when needed."""
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        sys.exit("No Chromium: install it with your package manager, or set KANSCOPE_CHROMIUM to its path.")
    print(path)


if __name__ == "__main__":
    main()
