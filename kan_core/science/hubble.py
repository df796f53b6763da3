"""Hubble's distances and velocities of 24 nebulae, 1929.

E. Hubble, A relation between distance and radial velocity among extra-galactic nebulae, Proceedings of the National Academy of
Sciences 15 (1929) 168-173, table 1: distance r in 10⁶ parsecs and measured velocity v in km/s. Facts; the paper is in the public
domain.
"""

from __future__ import annotations

import numpy as np

from kan_core.science.sample import Column, Rows, Sample

# (object, distance / Mpc, velocity / km/s); plain numbers are NGC numbers.
_TABLE = (
    ("S. Mag.", 0.032, 170),
    ("L. Mag.", 0.034, 290),
    ("6822", 0.214, -130),
    ("598", 0.263, -70),
    ("221", 0.275, -185),
    ("224", 0.275, -220),
    ("5457", 0.45, 200),
    ("4736", 0.5, 290),
    ("5194", 0.5, 270),
    ("4449", 0.63, 200),
    ("4214", 0.8, 300),
    ("3031", 0.9, -30),
    ("3627", 0.9, 650),
    ("4826", 0.9, 150),
    ("5236", 0.9, 500),
    ("1068", 1.0, 920),
    ("5055", 1.1, 450),
    ("7331", 1.1, 500),
    ("4258", 1.4, 500),
    ("4151", 1.7, 960),
    ("4382", 2.0, 500),
    ("4472", 2.0, 850),
    ("4486", 2.0, 800),
    ("4649", 2.0, 1090),
)


def _nebulae(_generator: np.random.Generator) -> Rows:
    """(24, 2) distance and velocity."""
    return np.array([(distance, velocity) for _, distance, velocity in _TABLE], dtype=np.float64)


HUBBLE = Sample(
    name="hubble",
    title="Hubble's nebulae, 1929",
    summary="The twenty-four distances and velocities that showed the universe expanding; noisy, as real data are.",
    inputs=(Column("r", "Mpc"),),
    targets=(Column("v", "km/s"),),
    make=_nebulae,
    formula_hint=r"v \approx 454\,r - 41",
    source="E. Hubble, Proceedings of the National Academy of Sciences 15 (1929) 168",
    licence="Public domain",
    real=True,
)
