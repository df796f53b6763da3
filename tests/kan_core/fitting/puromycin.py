"""The sample of the gallery in parts."""

from __future__ import annotations

from kan_core.science.puromycin import PUROMYCIN

NAMES = tuple(column.name for column in PUROMYCIN.inputs)
LABELS = {column.name: column.labels for column in PUROMYCIN.inputs if column.labels}
INPUTS, RATES = PUROMYCIN.values()[:, :2], PUROMYCIN.values()[:, 2]

CSV = "conc (ppm),state,rate\n" + "".join(
    f"{conc},{LABELS['state'][int(state)]},{rate:g}\n" for conc, state, rate in PUROMYCIN.values().tolist()
)
