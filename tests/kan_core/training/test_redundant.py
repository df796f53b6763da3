"""No constant of an edge function is free twice in a mixed network, and none that matters is held: the Jacobian's null space."""

from __future__ import annotations

import math

import pytest
import torch

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.trace import forward
from kan_core.primitives.library import LIBRARY, get_primitive
from kan_core.training.linearise import jacobian
from kan_core.training.parameters import LayerParameters, Parameters, free_parameters
from tests.kan_core.networks import generator, rows_of, toy_table


def rank(matrix: torch.Tensor) -> int:
    size = matrix.norm(dim=0)
    matrix = matrix[:, size > 0] / size[size > 0]
    return int((torch.linalg.svdvals(matrix) > 1e-9).sum())


def well_inside(primitive: str) -> tuple[float, float, float, float]:
    """Constants with which the rows, within ±1.8, see the form's own shape, its kink or vertex included."""
    domain = get_primitive(primitive).domain
    if domain.pole_period is not None:
        return 0.5, 0.1, 0.7, 0.2
    if math.isfinite(domain.low) and math.isfinite(domain.high):
        return 0.3, (domain.low + domain.high) / 2 + 0.1, 0.7, 0.2
    if domain.bounded:
        return 1.0, (domain.low if math.isfinite(domain.low) else domain.poles[0]) + 2.5, 0.7, 0.2
    return 1.0, 0.3, 0.7, 0.2


@pytest.mark.parametrize("primitive", LIBRARY)
def test_free_constants_of_an_accepted_form_are_those_that_the_rows_tell_apart(primitive: str) -> None:
    table, edge = toy_table(300), EdgeId(0, 0, 0)
    network = create_network([2, 1], table, generator=generator(3), intervals=4)
    network = set_symbolic(network, edge, primitive, well_inside(primitive))
    trace = forward(network, rows_of(network, table), slopes=True)
    parameters = free_parameters(network)
    slopes = jacobian(network, parameters, trace).flatten(0, 1)
    part = parameters.layers[0]
    constants = slopes[:, -part.constants :] if part.constants else slopes[:, :0]
    splines = slopes[:, : slopes.shape[1] - part.constants]
    # Beside the splines each free constant says something of its own …
    # (a step has slope 0 wherever it is, and moves nothing).
    assert rank(slopes) == rank(splines) + int((constants.norm(dim=0) > 0).sum())
    # … and what is held would say nothing more.
    every = LayerParameters(part.targets, part.sources, torch.ones_like(part.free), 4, part.columns)
    assert rank(jacobian(network, Parameters((every,)), trace).flatten(0, 1)) == rank(slopes)
