"""Networks to print: symbolic, with splines, with product nodes, with awkward column names."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.symbolic.formula import Formula, write_formula
from kan_core.training.data import Table
from tests.kan_core.networks import basis_network


@dataclass(frozen=True)
class Printed:
    """A network with its formula and data."""

    network: Network
    formula: Formula
    inputs: Tensor
    input_names: list[str]
    target_names: list[str]


def table(inputs: int, targets: int) -> Table:
    generator = torch.Generator().manual_seed(5)
    x = 3 + 2 * torch.rand(60, inputs, generator=generator, dtype=torch.float64)
    return Table(x, 1 + torch.rand(60, targets, generator=generator, dtype=torch.float64))


def printed(network: Network, data: Table, input_names: list[str], target_names: list[str]) -> Printed:
    formula = write_formula(network, input_names, target_names, data.inputs)
    return Printed(network, formula, data.inputs, input_names, target_names)


def symbolic_network() -> Printed:
    data = table(2, 2)
    network = create_network([2, 3, 2], data, generator=torch.Generator().manual_seed(1))
    names = iter(["sin", "x^2", "exp", "J0", "erf", "sinc", "gaussian", "1/sqrt", "softplus", "x*log(x)", "J1", "arctan"])
    for layer, sources, targets in ((0, 2, 3), (1, 3, 2)):
        for target in range(targets):
            for source in range(sources):
                edge = EdgeId(layer, source, target)
                network = set_symbolic(network, edge, next(names), (0.31, 9.7 if layer else 1.3, -0.7, 0.21))
    return printed(network, data, ["x", "T (K)"], ["y", 'target "q" \\ \n'])


def spline_network() -> Printed:
    data = table(3, 1)
    nodes = [Node(), Node("product", 2), Node()]
    network = create_network([3, nodes, 1], data, generator=torch.Generator().manual_seed(2), intervals=4)
    network = set_symbolic(network, EdgeId(0, 0, 1), "sech", (1.1, 0.2, 2.0, 0.1))
    network = set_symbolic(network, EdgeId(1, 2, 0), "tanh", (0.8, -0.2, 1.0, 0.3))
    return printed(network, data, ["lambda", "λ", "2nd column"], ["z"])


def based_network() -> Printed:
    """A base function, uneven knots, and edges with finer grids."""
    network, data = basis_network("all")
    return printed(network, data, ["a", "b", "c"], ["y", "z"])


def identity_network() -> Printed:
    network, data = basis_network("identity")
    return printed(network, data, ["a", "b", "c"], ["y", "z"])


def own_network() -> Printed:
    """Functions of a person's own, one called by a word and one by its text, beside splines."""
    data = table(2, 1)
    network = create_network([2, 2, 1], data, generator=torch.Generator().manual_seed(3))
    for edge, name in ((EdgeId(0, 0, 0), "bump(x) = x*exp(-x^2)"), (EdgeId(1, 1, 0), "ln(1+x^2)^2")):
        network = set_symbolic(network, edge, name, (0.7, 0.2, -1.3, 0.4))
    return printed(network, data, ["x", "y"], ["z"])


CASES: dict[str, Callable[[], Printed]] = {
    "symbolic": symbolic_network,
    "splines": spline_network,
    "based": based_network,
    "identity": identity_network,
    "own": own_network,
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Printed:
    return CASES[request.param]()


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], str]:
    """Run a program in a process of its own, warnings as errors, and return what it printed."""

    def result(program: str) -> str:
        path = tmp_path / "program.py"
        path.write_text(program, encoding="utf-8")
        done = subprocess.run([sys.executable, "-W", "error", "-I", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return result
