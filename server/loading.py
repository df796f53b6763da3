"""Loading big modules: half a million objects that live as long as the process, in which there is no garbage.

The collector would look at all of them a dozen times while they come, and again and again while the process computes: a fifth
of the time that the numerics take to load, and half a second of a search.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that the libraries below the numerics read when they are loaded: how many threads each of them starts."""


@contextmanager
def without_collector() -> Generator[None]:
    """Load modules in here: the collector rests meanwhile, and leaves alone for ever what is there afterwards."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
