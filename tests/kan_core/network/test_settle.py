from dataclasses import replace

import torch

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import lock
from kan_core.network.network import Network
from kan_core.network.settle import settle
from kan_core.network.trace import forward
from kan_core.splines.curve import spline_values
from kan_core.training.data import make_table


def _line(intervals: int = 20) -> tuple[Network, torch.Tensor]:
    """One spline on [-1, 1], and rows that leave out both ends and the middle."""
    x = torch.linspace(-1, 1, 401, dtype=torch.float64).unsqueeze(1)
    network = create_network((1, 1), make_table(x, x.sin()), generator=torch.Generator().manual_seed(0), intervals=intervals)
    rows = x[((x.abs() < 0.83) & (x.abs() > 0.12)).squeeze(1)]
    return network, rows


def _with(network: Network, coefficients: torch.Tensor) -> Network:
    return network.with_layer(0, replace(network.layers[0], coefficients=coefficients))


def test_a_cubic_spoiled_where_there_are_no_rows_is_restored() -> None:
    network, rows = _line()
    grid = network.layers[0].grid
    # Coefficients of degree at most k in their index are exactly the polynomials of degree k.
    index = torch.linspace(-1, 1, grid.basis, dtype=torch.float64)
    cubic = (index**3 - 0.5 * index).view(1, 1, -1)
    touched = forward(network, rows).layers[0].basis.amax(0)[0] > 0
    spoiled = torch.where(touched, cubic, torch.full_like(cubic, 3.0))
    assert bool((spoiled != cubic).any())
    settled = settle(_with(network, spoiled), rows)
    everywhere = torch.linspace(-1, 1, 97, dtype=torch.float64).unsqueeze(1)
    wanted = spline_values(grid, cubic, everywhere)
    torch.testing.assert_close(spline_values(grid, settled.layers[0].coefficients, everywhere), wanted, atol=1e-6, rtol=0)


def test_values_on_the_rows_stay() -> None:
    network, rows = _line()
    index = torch.linspace(-1, 1, network.layers[0].grid.basis, dtype=torch.float64)
    network = _with(network, (3 * index).sin().view(1, 1, -1))
    before, after = forward(network, rows).output, forward(settle(network, rows), rows).output
    torch.testing.assert_close(after, before, atol=1e-5, rtol=0)


def test_locked_edges_and_sources_without_enough_rows_are_left_alone() -> None:
    network, rows = _line()
    locked = lock(network, [EdgeId(0, 0, 0)])
    assert torch.equal(settle(locked, rows).layers[0].coefficients, network.layers[0].coefficients)
    settled = settle(network, rows[:1])
    assert bool(torch.isfinite(settled.layers[0].coefficients).all())
    torch.testing.assert_close(forward(settled, rows[:1]).output, forward(network, rows[:1]).output)
