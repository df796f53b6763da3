"""Boyle's measurements of air under pressure, 1662.

R. Boyle, A Defence of the Doctrine Touching the Spring and Weight of the Air, London 1662, part II, chapter V, "A Table of the
Condensation of the Air": the length of the air column in the shorter leg of the tube (columns A, in quarter inches) and the
pressure that it sustains (column D, inches of mercury, in sixteenths). Public domain. Two of Boyle's own sums are a little off
(rows 36 and 16); the numbers are as he printed them.
"""

from __future__ import annotations

import numpy as np

from kan_core.science.sample import Column, Rows, Sample

# (length of the air column / quarter inch, whole inches of mercury, sixteenths of an inch)
_TABLE = (
    (48, 29, 2),
    (46, 30, 9),
    (44, 31, 15),
    (42, 33, 8),
    (40, 35, 5),
    (38, 37, 0),
    (36, 39, 5),
    (34, 41, 10),
    (32, 44, 3),
    (30, 47, 1),
    (28, 50, 5),
    (26, 54, 5),
    (24, 58, 13),
    (23, 61, 5),
    (22, 64, 1),
    (21, 67, 1),
    (20, 70, 11),
    (19, 74, 2),
    (18, 77, 14),
    (17, 82, 12),
    (16, 87, 14),
    (15, 93, 1),
    (14, 100, 7),
    (13, 107, 13),
    (12, 117, 9),
)


def _measurements(_generator: np.random.Generator) -> Rows:
    """(25, 2) volume and pressure."""
    return np.array([(length, inches + sixteenths / 16) for length, inches, sixteenths in _TABLE], dtype=np.float64)


BOYLE = Sample(
    name="boyle",
    title="Boyle's air, 1662",
    summary="Twenty-five measurements of how much air yields to pressure, from the book that gave the law.",
    inputs=(Column("V", "in/4"),),
    targets=(Column("p", "inHg"),),
    make=_measurements,
    formula_hint=r"p \approx 1409 / V",
    source="R. Boyle, A Defence of the Doctrine Touching the Spring and Weight of the Air, 1662",
    licence="Public domain",
    real=True,
)
