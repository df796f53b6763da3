"""Small networks and tables that several tests use."""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edits import extend_grid, set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.training.data import Split, Table, make_table, split_rows
from kan_core.training.linearise import OutputModel
from kan_core.training.objectives import Objective


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def uniform(rows: int, columns: int, seed: int = 0) -> Tensor:
    """(rows, columns) uniform in [-1, 1]."""
    return torch.rand((rows, columns), generator=generator(seed), dtype=torch.float64) * 2 - 1


def toy_table(rows: int = 400, seed: int = 0) -> Table:
    """exp(sin(πx) + y²) on [-1, 1]²."""
    x = uniform(rows, 2, seed)
    return make_table(x, torch.exp(torch.sin(torch.pi * x[:, :1]) + x[:, 1:] ** 2))


def toy_split(rows: int = 400, seed: int = 0) -> Split:
    return split_rows(toy_table(rows, seed), generator(seed))


def rows_of(network: Network, table: Table) -> Tensor:
    """Inputs in the network's units."""
    return network.normalisation.inputs(table.inputs)


def trace_of(network: Network, table: Table) -> Trace:
    return forward(network, rows_of(network, table))


def output_model(network: Network, output: Tensor, targets: Tensor, objective: Objective) -> OutputModel:
    """Of an objective at outputs in the network's units, for raw targets."""
    slope = objective.evaluate(output, targets, network.normalisation).sensitivity
    return OutputModel(slope.to(output.dtype), objective.curvature(output, targets, network.normalisation).to(output.dtype))


def mixed_network(rows: int = 60, outputs: int = 2, products: bool = True) -> tuple[Network, Table]:
    """Splines, symbolic edges of several primitives, a product node and several outputs."""
    x = uniform(rows, 3, 5)
    table = make_table(x, torch.stack([x.sum(1) + k * x[:, 0] ** 2 for k in range(outputs)], 1))
    hidden = (Node(), Node(), Node("product", 2)) if products else (Node(), Node())
    network = create_network([3, hidden, outputs], table, generator=generator(7), intervals=4)
    network = set_symbolic(network, EdgeId(0, 0, 0), "sin", (1.3, 0.2, 0.7, 0.1))
    network = set_symbolic(network, EdgeId(0, 1, 0), "exp", (0.6, 0.1, -0.4, 0.0))
    network = set_symbolic(network, EdgeId(0, 2, 1), "tanh", (0.9, -0.3, 1.1, 0.2))
    network = set_symbolic(network, EdgeId(1, 0, 0), "sin", (0.8, 0.5, 1.2, -0.1))
    network = set_symbolic(network, EdgeId(1, 1, outputs - 1), "x^2", (1.0, 0.4, 0.3, 0.0))
    return network, table


BASIS_KINDS = ("silu", "identity", "quantile", "finer", "all")


def basis_network(kind: str, rows: int = 60, products: bool = True, degree: int = 3) -> tuple[Network, Table]:
    """Like `mixed_network`, with a base function, quantile-adapted knots, finer grids of some edges, or all of these."""
    x = uniform(rows, 3, 5) ** 3
    table = make_table(x, torch.stack([x.sum(1), x.prod(1) + x[:, 0] ** 2], 1))
    hidden = (Node(), Node(), Node("product", 2)) if products else (Node(), Node())
    network = create_network(
        [3, hidden, 2],
        table,
        generator=generator(7),
        intervals=4,
        degree=degree,
        base={"silu": "silu", "identity": "identity", "all": "silu"}.get(kind),
        knots="quantile" if kind in ("quantile", "all") else "uniform",
        noise_scale=0.3,
    )
    network = set_symbolic(network, EdgeId(0, 0, 0), "sin", (1.3, 0.2, 0.7, 0.1))
    network = set_symbolic(network, EdgeId(1, 1, 1), "x^2", (1.0, 0.4, 0.3, 0.0))
    if kind in ("finer", "all"):
        network = extend_grid(network, 8, [EdgeId(0, 1, 0), EdgeId(0, 2, 1), EdgeId(1, 0, 0)])
        network = extend_grid(network, 7, [EdgeId(1, 1, 0)])
    return network, table
