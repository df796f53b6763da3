"""What the figures were measured on, so that nobody compares seconds of different machines."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("torch", "numpy", "scipy", "sympy", "kanscope")
THREADS = 1
"""For everybody: on small tensors a second thread brings little, and waits for long when the machine has other work."""


def processor() -> str:
    """The processor's name."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


def installed() -> dict[str, str]:
    """Versions of the packages that matter, as far as this Python has them."""
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def describe() -> dict[str, object]:
    """Processor, cores, system, versions and how busy the machine is just now."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": THREADS,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "packages": installed(),
        "load_before": round(os.getloadavg()[0], 2),
        "niceness": os.nice(0),
    }
