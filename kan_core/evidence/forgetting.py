"""A network that knows nothing of the rows it is held against.

A fit without a few rows begins where the network stands. A network that can meet its rows whatever they say has nothing left to
fit there: it would stay as the left out rows made it, and predict each of them without an error.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Table
from kan_core.training.linearise import jacobian
from kan_core.training.parameters import Parameters, free_parameters


def knowing_only(network: Network, table: Table, decided: float) -> Network:
    """The network with the smallest spline coefficients that are the same to these rows, to first order.

    As it is where the rows say more than its splines can meet: then a fit to them leaves where the network stands by itself.

    Args:
        network: fitted to these rows and others.
        table: what it may know.
        decided: singular values of the slopes below this share of the largest belong to directions the rows do not decide.
    """
    parameters = free_parameters(network)
    splines = _of_splines(parameters, network)
    if not bool(splines.any()):
        return network
    trace = forward(network, network.normalisation.inputs(table.inputs), slopes=True)
    slopes = jacobian(network, parameters, trace).flatten(0, 1)[:, splines]
    slopes = slopes[torch.isfinite(slopes).all(1)]
    if not len(slopes):
        return network
    _, singular, directions = torch.linalg.svd(slopes, full_matrices=False)
    known = directions[singular > decided * singular.amax()]
    if len(known) < len(slopes):
        return network
    vector = parameters.gather(network)
    vector[splines] = known.T @ (known @ vector[splines])
    return parameters.scatter(network, vector)


def meets_anything(network: Network, table: Table, decided: float) -> bool:
    """Whether its free constants can meet these rows whatever they say, to first order, so that meeting them says nothing."""
    trace = forward(network, network.normalisation.inputs(table.inputs), slopes=True)
    slopes = jacobian(network, free_parameters(network), trace).flatten(0, 1)
    slopes = slopes[torch.isfinite(slopes).all(1)]
    if min(slopes.shape) == 0:
        return False
    singular = torch.linalg.svdvals(slopes)
    return len(singular) == len(slopes) and bool((singular > decided * singular.amax()).all())


def _of_splines(parameters: Parameters, network: Network) -> Tensor:
    """(parameters,) which of them are coefficients of splines."""
    kinds: list[Tensor] = []
    for part, layer in zip(parameters.layers, network.layers, strict=True):
        kinds.append(torch.ones(part.coefficients(layer.grid.basis), dtype=torch.bool))
        kinds.append(torch.zeros(part.constants, dtype=torch.bool))
    return torch.cat(kinds).to(network.device)
