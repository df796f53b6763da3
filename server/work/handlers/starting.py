"""Random starts that compete with an untrained network before one of them is trained."""

from __future__ import annotations

import hashlib

import torch

from kan_core.network.create import create_alike
from kan_core.network.network import Network
from kan_core.training.parameters import free_parameters
from server.work.situation import Situation

_COSTLY_PARAMETERS = 800


def starts_of(situation: Situation, seed: bytes, count: int) -> list[Network]:
    """The network itself and, when it is untrained and has hidden nodes, others like it from other random numbers."""
    network = situation.network
    if network.steps > 0 or len(network.layers) == 1 or not is_fresh(network):
        return [network]
    if free_parameters(network).count(network) > _COSTLY_PARAMETERS:
        return [network]
    generator = torch.Generator().manual_seed(int.from_bytes(hashlib.sha256(seed).digest()[:4], "little"))
    return [network, *(create_alike(network, situation.split.train, generator) for _ in range(count - 1))]


def is_fresh(network: Network) -> bool:
    """Whether nobody has edited it: splines everywhere, nothing locked, one grid size."""
    first = network.layers[0].grid
    return all(
        bool(layer.structure.spline.all())
        and not layer.structure.locked
        and not layer.grid.finer
        and (layer.grid.intervals, layer.grid.degree, layer.grid.base) == (first.intervals, first.degree, first.base)
        for layer in network.layers
    )
