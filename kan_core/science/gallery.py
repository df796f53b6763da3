"""Every sample, in the order in which a person sees them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kan_core.errors import DataError
from kan_core.science.boyle import BOYLE
from kan_core.science.hubble import HUBBLE
from kan_core.science.kepler import KEPLER
from kan_core.science.mathematics import BESSEL, FOUR_VARIABLES, TOY
from kan_core.science.physics import DAMPED, DECAY, GAUSSIAN, MODULATION, PENDULUM, VELOCITY
from kan_core.science.puromycin import PUROMYCIN
from kan_core.science.sample import Sample

_ALL = (TOY, KEPLER, BOYLE, PENDULUM, VELOCITY, GAUSSIAN, HUBBLE, PUROMYCIN, DECAY, MODULATION, DAMPED, BESSEL, FOUR_VARIABLES)
GALLERY: Mapping[str, Sample] = MappingProxyType({sample.name: sample for sample in _ALL})


def get_sample(name: str) -> Sample:
    """The sample of that name.

    Raises:
        DataError: there is none.
    """
    if name not in GALLERY:
        raise DataError(f"there is no sample named '{name}'; the gallery has {', '.join(GALLERY)}")
    return GALLERY[name]
