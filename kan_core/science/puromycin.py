"""Velocity of an enzymatic reaction against the concentration of its substrate; the enzyme treated with puromycin, or not.

D. M. Bates and D. G. Watts, Nonlinear Regression Analysis and Its Applications, Wiley 1988, table A1.3; measured by
M. A. Treloar, Effects of Puromycin on Galactosyltransferase in Golgi Membranes, M.Sc. thesis, University of Toronto 1974.
"""

from __future__ import annotations

import numpy as np

from kan_core.science.sample import Column, Rows, Sample

_CONCENTRATIONS = (0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.10, 1.10)
_TREATED = (76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200)
_UNTREATED = (67, 51, 84, 86, 98, 115, 131, 124, 144, 158, 160)


def _measurements(_generator: np.random.Generator) -> Rows:
    """(23, 3) concentration, state, rate."""
    treated = [(conc, 0, rate) for conc, rate in zip(_CONCENTRATIONS, _TREATED, strict=True)]
    untreated = [(conc, 1, rate) for conc, rate in zip(_CONCENTRATIONS[:11], _UNTREATED, strict=True)]
    return np.array([*treated, *untreated], dtype=np.float64)


PUROMYCIN = Sample(
    name="puromycin",
    title="Puromycin, 1974",
    summary="How fast an enzyme works against the concentration of what it works on, with and without puromycin.",
    inputs=(Column("conc", "ppm"), Column("state", labels=("treated", "untreated"))),
    targets=(Column("rate", "1/min²"),),
    make=_measurements,
    formula_hint=r"v = V_{m}\, c / (K + c),\ V_m \text{ one per state}",
    source="Bates & Watts, Nonlinear Regression Analysis and Its Applications, 1988, table A1.3; M. A. Treloar, 1974",
    licence="Facts",
    real=True,
)
