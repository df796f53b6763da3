"""Velocity of an enzymatic reaction against the concentration of its substrate, with the enzyme treated with puromycin or not.

D. M. Bates and D. G. Watts, Nonlinear Regression Analysis and Its Applications, Wiley 1988, table A1.3; measured by M. A. Treloar,
Effects of Puromycin on Galactosyltransferase in Golgi Membranes, M.Sc. thesis, University of Toronto 1974. Numbers are facts.
"""

from __future__ import annotations

import numpy as np

_CONCENTRATIONS = (0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.10, 1.10)
_TREATED = (76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200)
_UNTREATED = (67, 51, 84, 86, 98, 115, 131, 124, 144, 158, 160)

NAMES = ("conc", "state")
LABELS = {"state": ("treated", "untreated")}
INPUTS = np.array([*((c, 0.0) for c in _CONCENTRATIONS), *((c, 1.0) for c in _CONCENTRATIONS[:11])])
RATES = np.array((*_TREATED, *_UNTREATED), dtype=np.float64)

CSV = "conc (ppm),state,rate (1/min^2)\n" + "".join(
    f"{c},{LABELS['state'][int(state)]},{rate:g}\n" for (c, state), rate in zip(INPUTS.tolist(), RATES.tolist(), strict=True)
)
