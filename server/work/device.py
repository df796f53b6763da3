"""Where training computes: chosen once, when a worker starts, from the one setting `KANSCOPE_DEVICE`.

Networks live on the CPU between actions; trainers get them on the device, and what they yield is brought home. Symbolic
work, screens and exports stay on the CPU, where doubles are fast and nothing has to be copied for a few numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from kan_core.network.network import Network
from kan_core.training.progress import Progress
from server.work.result import WorkError


class DeviceMissingError(RuntimeError):
    """The device that was asked for is not there."""


@dataclass(frozen=True)
class Place:
    """A device, and whether double-precision networks go there too."""

    device: torch.device
    doubles: bool


_CPU = Place(torch.device("cpu"), doubles=True)


def place_of(name: str) -> Place:
    """The place that a setting means.

    "auto" takes single-precision networks to a GPU when there is one and leaves doubles on the CPU, where they are faster for
    the small networks of formulas. "cuda" takes all there. MPS has no doubles at all, so they stay on the CPU with "mps" too.

    Raises:
        DeviceMissingError: the device is unknown or not there.
    """
    if name == "cpu":
        return _CPU
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if name == "auto":
        return Place(torch.device("cuda" if cuda else "mps"), doubles=False) if cuda or mps else _CPU
    if name not in ("cuda", "mps"):
        raise DeviceMissingError(f"'{name}' is no device; there are auto, cpu, cuda and mps.")
    if not (cuda if name == "cuda" else mps):
        raise DeviceMissingError(f"This machine has no {name} device that torch can use.")
    return Place(torch.device(name), doubles=name == "cuda")


class _Chosen:
    """The place of this process, or why there is none."""

    place: Place = _CPU
    missing: str | None = None


def choose(name: str) -> None:
    """Compute there from now on. A device that is missing is no fault of the process: each training will say so."""
    _Chosen.place, _Chosen.missing = _CPU, None
    try:
        _Chosen.place = place_of(name)
    except DeviceMissingError as error:
        _Chosen.missing = str(error)


def placed(network: Network) -> Network:
    """The network where it is trained.

    Raises:
        WorkError: the device that was asked for is missing.
    """
    if _Chosen.missing is not None:
        raise WorkError(_Chosen.missing, hint="Start the server again with another --device or KANSCOPE_DEVICE.")
    place = _Chosen.place
    if place.device.type == "cpu" or (network.dtype == torch.float64 and not place.doubles):
        return network
    return network.to(device=place.device)


def brought_home(steps: Iterator[Progress]) -> Iterator[Progress]:
    """A trainer's steps with their networks on the CPU."""
    for step in steps:
        home = step.network.device.type == "cpu"
        yield step if home else replace(step, network=step.network.to(device="cpu"))
