"""Kepler's third law: the orbits of the planets and dwarf planets.

Planets and Pluto: semi-major axis in 10⁶ km and sidereal period in days from the NASA Planetary Fact Sheets
(D. R. Williams, NSSDCA, nssdc.gsfc.nasa.gov/planetary/factsheet). Ceres, Haumea, Makemake, Eris: semi-major axis in au and
period in years from the list of dwarf planets of the Minor Planet Center (epoch 2024-10-17). Facts, in the public domain.
Osculating elements follow P² = a³ to about 1 %, which is what a formula can reach.
"""

from __future__ import annotations

import numpy as np

from kan_core.science.sample import Column, Rows, Sample

_ASTRONOMICAL_UNIT = 149.597870700  # 10⁶ km, IAU 2012
_JULIAN_YEAR = 365.25  # days

# name: (semi-major axis / 10⁶ km, period / d)
_NASA = {
    "Mercury": (57.909, 87.969),
    "Venus": (108.210, 224.701),
    "Earth": (149.598, 365.256),
    "Mars": (227.956, 686.980),
    "Jupiter": (778.479, 4332.589),
    "Saturn": (1432.041, 10759.22),
    "Uranus": (2867.043, 30685.4),
    "Neptune": (4514.953, 60189.0),
    "Pluto": (5869.656, 90560.0),
}
# name: (semi-major axis / au, period / a)
_MINOR_PLANET_CENTER = {
    "Ceres": (2.77, 4.60),
    "Haumea": (42.92, 281.0),
    "Makemake": (45.38, 306.0),
    "Eris": (68.10, 562.0),
}


def _orbits(_generator: np.random.Generator) -> Rows:
    """(13, 2) semi-major axis in au and period in years, from the Sun outwards."""
    planets = np.array(list(_NASA.values())) / (_ASTRONOMICAL_UNIT, _JULIAN_YEAR)
    rows = np.concatenate([planets, np.array(list(_MINOR_PLANET_CENTER.values()))])
    return rows[np.argsort(rows[:, 0])]


KEPLER = Sample(
    name="kepler",
    title="Kepler's third law",
    summary="Thirteen real orbits, from Mercury to Eris: the farther from the Sun, the longer the year.",
    inputs=(Column("a", "au"),),
    targets=(Column("P", "yr"),),
    make=_orbits,
    formula_hint=r"P = a^{3/2}",
    source="NASA Planetary Fact Sheets (NSSDCA); dwarf planets: Minor Planet Center",
    licence="Public domain (facts; NASA)",
    real=True,
)
