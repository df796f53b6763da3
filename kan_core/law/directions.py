"""Which constants of a law the constants of its network can move, and the other way round: by their slopes on the rows.

With N = ∂f/∂(network's constants) and L = ∂f/∂(law's constants), a constant of the law can move where its column of L is a
combination of columns of N, and the network's constants then move by N⁺·L.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from kan_core.expression.law import Law
from kan_core.law.problem import LawProblem, LawRows, law_values
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.linearise import jacobian
from kan_core.training.parameters import Parameters, free_parameters

Array = NDArray[np.floating[Any]]

_PART = 1e-6
"""Share of a slope that is more than rounding: slopes of written formulas and of networks agree to about 1e-8."""
_SINGULAR = 1e-10
"""Singular values below this share of the largest are none (see `fitting.estimate`)."""


def movable(law: Law, network: Network, inputs: Array) -> frozenset[str]:
    """Free constants of the law that the network can follow with what is neither locked nor held."""
    names = frozenset(each.name for each in law.free)
    if not names or not any(layer.structure.locked or layer.structure.held for layer in network.layers):
        return names
    slopes = _slopes(law, network, inputs)
    if slopes is None:
        return frozenset()
    own, wanted, order = slopes
    left = wanted - own @ _moves(own, wanted)
    size = np.linalg.norm(wanted, axis=0)
    return frozenset(
        name for name, rest, all_ in zip(order, np.linalg.norm(left, axis=0), size, strict=True) if rest <= _PART * all_
    )


def holding(network: Network, law: Law, inputs: Array) -> Network:
    """The network with those of its constants held that no free constant of the law moves."""
    while True:
        held = _holding(network, law, inputs)
        # What is held may have said the same as a constant that was redundant, and is not any more.
        if free_parameters(held, splines=False).count(held) == free_parameters(network, splines=False).count(network):
            return held
        network = held


def _holding(network: Network, law: Law, inputs: Array) -> Network:
    slopes = _slopes(law, network, inputs)
    parameters = free_parameters(network, splines=False)
    if slopes is None or not parameters.count(network):
        return network
    own, wanted, _ = slopes
    moves = _moves(own, wanted) * np.linalg.norm(own, axis=0)[:, None]
    largest = np.abs(moves).max(axis=0, initial=0.0)
    decided = (
        (np.abs(moves) > _PART * np.where(largest > 0, largest, 1.0)).any(axis=1)
        if wanted.shape[1]
        else np.zeros(len(moves), bool)
    )
    return _held(network, parameters, decided)


def _slopes(law: Law, network: Network, inputs: Array) -> tuple[Array, Array, tuple[str, ...]] | None:
    """N, L on up to 500 rows, and the law's free constants; None where slopes are not defined."""
    some = np.asarray(inputs, dtype=np.float64)[:: max(1, -(-len(inputs) // 500))]
    values = law_values(law, some)
    known = np.isfinite(values).all(axis=1)
    x = network.normalisation.inputs(torch.from_numpy(some[known].copy()))
    if not known.any():
        return None
    trace = forward(network, x.to(network.dtype), slopes=True)
    own = jacobian(network, free_parameters(network, splines=False), trace) * network.normalisation.target_scale[None, :, None]
    problem = LawProblem(law, LawRows(some[known], values[known]))
    with np.errstate(all="ignore"):
        wanted = problem.linearised(problem.start)[1]
    flat = own.flatten(0, 1).to(torch.float64).cpu().numpy()
    sound = np.isfinite(flat).all(axis=1) & np.isfinite(wanted).all(axis=1)
    return (flat[sound], wanted[sound], problem.names) if sound.any() else None


def _moves(own: Array, wanted: Array) -> Array:
    """(network's, law's) moves of unit columns, the shortest that do."""
    size = np.linalg.norm(own, axis=0)
    scale = np.where(size > 0, size, 1.0)
    if not own.shape[1]:
        return np.zeros((0, wanted.shape[1]))
    made: Array = np.linalg.lstsq(own / scale, wanted, rcond=_SINGULAR)[0] / scale[:, None]
    return made


def _held(network: Network, parameters: Parameters, decided: NDArray[np.bool_]) -> Network:
    layers = list(network.layers)
    place = 0
    for index, (part, layer) in enumerate(zip(parameters.layers, network.layers, strict=True)):
        held: set[tuple[int, int, int]] = set(layer.structure.held)
        for row, which in torch.nonzero(part.free).tolist():
            edge = layer.structure.symbolic[row]
            if not decided[place]:
                held.add((edge.target, edge.source, which))
            place += 1
        layers[index] = replace(layer, structure=replace(layer.structure, held=frozenset(held)))
    return network.with_layers(tuple(layers))
