"""Tables for the tests of `kanscope discover`."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_product(folder: Path, heading: str = "a,b,y") -> Path:
    """A file of 200 rows with y = a·b."""
    values = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    file = folder / "product.csv"
    rows = np.column_stack([values, values.prod(1)])
    np.savetxt(file, rows, delimiter=",", header=heading, comments="", fmt="%.17g", encoding="utf-8")
    return file
