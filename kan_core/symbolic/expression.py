"""A network written out as sympy expressions in the data's own column names and units.

An edge that is still a spline appears as an undefined function `phi_l_i_j` (layer, source, target). Its argument is
the raw column for the first layer and the node's value in the network's units for later ones; its value is in the
network's units always. Where writing hidden nodes out would explode, their values appear as symbols `h_l_j`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import cast

import numpy as np
import sympy
import torch
from sympy.core.function import AppliedUndef, UndefinedFunction

from kan_core.errors import FormulaError
from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.network.edges import edge_function
from kan_core.network.network import Network
from kan_core.primitives.library import get_primitive
from kan_core.symbolic.combination import Combination, Workspace, number, sum_of, tidy
from kan_core.symbolic.gauge import apply_primitive, multiply
from kan_core.symbolic.numeric import Column

TOLERANCE = 1e-9
_SAMPLE_ROWS = 200
_LONGEST = 800


@dataclass(frozen=True, eq=False)
class WrittenNetwork:
    """The expressions with what is needed to evaluate them.

    Attributes:
        expressions: one a target, raw units.
        functions: the splines that occur, by name, from argument values to function values.
        symbolic: no splines left.
        hidden: names of hidden nodes that were not written out; empty when all were.
    """

    expressions: tuple[sympy.Expr, ...]
    functions: Mapping[str, Callable[[Column], Column]]
    symbolic: bool
    hidden: tuple[str, ...]


def network_expressions(network: Network, input_names: Sequence[str], *, digits: int | None = None) -> tuple[sympy.Expr, ...]:
    """One expression a target, in raw units.

    Args:
        network: any mixture of spline, symbolic and zero edges.
        input_names: one name a column, any text.
        digits: round every number to so many significant digits; exact doubles when absent.

    Raises:
        FormulaError: not one name for each input.
    """
    expressions = write_network(network, input_names, sample_rows(network)).expressions
    return expressions if digits is None else tuple(round_numbers(expression, digits) for expression in expressions)


def write_network(
    network: Network,
    input_names: Sequence[str],
    rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    *,
    tolerance: float = TOLERANCE,
    expand: bool = False,
) -> WrittenNetwork:
    """The expressions with terms measured on `rows`.

    Args:
        network: to write out.
        input_names: one a column.
        rows: (rows, inputs) raw units; up to 200 of them, evenly spread, are used.
        tolerance: see `combination.Workspace`.
        expand: write powers of sums out.

    Raises:
        FormulaError: not one name for each input.
    """
    if len(input_names) != network.shape[0]:
        raise FormulaError(f"the network has {network.shape[0]} inputs, {len(input_names)} names were given")
    rows = rows[:: max(1, len(rows) // _SAMPLE_ROWS)]
    functions = spline_functions(network)
    columns = _Columns({name: np.ascontiguousarray(rows[:, i]) for i, name in enumerate(input_names)})
    work = Workspace(columns, functions, tolerance, expand)
    normalisation = network.normalisation
    raw = [sympy.Symbol(name) for name in input_names]
    nodes = [
        Combination(-shift / scale, ((symbol, 1 / scale),))
        for symbol, shift, scale in zip(raw, _floats(normalisation.input_shift), _floats(normalisation.input_scale), strict=True)
    ]
    hidden: list[str] = []
    closed = _closed_layers(network)
    for index, layer in enumerate(network.layers):
        nodes = _through_layer(work, layer, index, nodes, raw)
        if index in closed:
            nodes = _named(work, columns, index, nodes, hidden)
    outputs = [
        tidy(work, node.scaled(scale, shift)).expression()
        for node, scale, shift in zip(
            nodes, _floats(normalisation.target_scale), _floats(normalisation.target_shift), strict=True
        )
    ]
    return WrittenNetwork(tuple(outputs), functions, not functions, tuple(hidden))


def _through_layer(
    work: Workspace, layer: Layer, index: int, nodes: Sequence[Combination], raw: Sequence[sympy.Symbol]
) -> list[Combination]:
    """Node values after one layer."""
    incoming: list[list[Combination]] = [[] for _ in range(layer.targets)]
    constants = layer.constants.tolist()
    for edge, (a, b, c, d) in zip(layer.structure.symbolic, constants, strict=True):
        value = apply_primitive(work, edge.primitive, nodes[edge.source].scaled(a, b)) if c != 0 else Combination()
        incoming[edge.target].append(value.scaled(c, d))
    for target, source in torch.nonzero(layer.structure.spline).tolist():
        argument = raw[source] if index == 0 else tidy(work, nodes[source]).expression()
        incoming[target].append(Combination(0.0, ((spline_symbol(spline_name(index, source, target))(argument), 1.0),)))
    subnodes = [sum_of(parts) for parts in incoming]
    return [
        subnodes[first] if node.kind == "sum" else multiply(work, subnodes[first : first + node.arity])
        for node, first in zip(layer.structure.nodes, layer.structure.first_subnode, strict=True)
    ]


class _Columns(dict[str, Column]):
    """Columns of the table, and those of named hidden nodes, evaluated only when a term above them is measured."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        super().__init__(columns)
        self.later: dict[str, Callable[[], Column]] = {}

    def __missing__(self, name: str) -> Column:
        self[name] = self.later[name]()
        return self[name]


def _named(work: Workspace, columns: _Columns, index: int, nodes: Sequence[Combination], hidden: list[str]) -> list[Combination]:
    """Symbols in place of node values."""
    symbols: list[Combination] = []
    for position, node in enumerate(nodes):
        name = hidden_name(index + 1, position)
        columns.later[name] = partial(work.values, node.expression())
        hidden.append(name)
        symbols.append(Combination(0.0, ((sympy.Symbol(name), 1.0),)))
    return symbols


def _closed_layers(network: Network) -> frozenset[int]:
    """Layers whose nodes get a symbol, so that no expression grows beyond a readable length."""
    sizes = [1] * network.shape[0]
    closed: set[int] = set()
    for index, layer in enumerate(network.layers):
        incoming = [0] * layer.targets
        entering: list[set[tuple[int, str]]] = [set() for _ in incoming]
        for target, source in torch.nonzero(layer.structure.spline).tolist():
            incoming[target] += 1 + sizes[source]
            entering[target].add((source, ""))
        for edge in layer.structure.symbolic:
            incoming[edge.target] += 1 + get_primitive(edge.primitive).copies * sizes[edge.source]
            entering[edge.target].add((edge.source, edge.primitive))
        if sum(incoming) > _LONGEST and index > 0:
            closed.add(index - 1)
            incoming = [max(1, int(count > 0) * layer.inputs) for count in incoming]
        sizes = []
        for node, first in zip(layer.structure.nodes, layer.structure.first_subnode, strict=True):
            # Factors that are the same become a power.
            factors = {frozenset(entering[factor]): incoming[factor] for factor in range(first, first + node.arity)}
            sizes.append(max(1, sum(factors.values())))
    return frozenset(closed)


def spline_name(layer: int, source: int, target: int) -> str:
    """Name of the undefined function that stands for a spline."""
    return f"phi_{layer}_{source}_{target}"


@lru_cache(maxsize=4096)
def spline_symbol(name: str) -> type[AppliedUndef]:
    """The undefined function of a spline; one class a name, since making classes is slow."""
    return UndefinedFunction(name)


def hidden_name(level: int, index: int) -> str:
    """Name of the symbol that stands for the value of a hidden node; level 1 is the first hidden one."""
    return f"h_{level}_{index}"


def spline_functions(network: Network) -> dict[str, Callable[[Column], Column]]:
    """Every remaining spline as a numpy function of what the formula gives it."""
    return {
        spline_name(index, source, target): _spline_function(network, EdgeId(index, source, target))
        for index, layer in enumerate(network.layers)
        for target, source in torch.nonzero(layer.structure.spline).tolist()
    }


def _spline_function(network: Network, edge: EdgeId) -> Callable[[Column], Column]:
    shift, scale = 0.0, 1.0
    if edge.layer == 0:
        shift = float(network.normalisation.input_shift[edge.source])
        scale = float(network.normalisation.input_scale[edge.source])

    def value(argument: Column) -> Column:
        x = torch.from_numpy((np.asarray(argument, dtype=np.float64) - shift) / scale).to(network.dtype)
        result: Column = edge_function(network, edge, x).to(torch.float64).numpy()
        return result

    return value


def sample_rows(network: Network, count: int = 64) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(count, inputs) points spread over the range the network was made for, by an additive recurrence (no randomness)."""
    inputs = network.shape[0]
    steps = np.sqrt(np.arange(2, inputs + 2) * 1.618033988749895) % 1
    unit = (0.5 + np.outer(np.arange(1, count + 1), steps)) % 1
    raw = network.normalisation.input_shift + network.normalisation.input_scale * torch.from_numpy(2 * unit - 1)
    return raw.detach().cpu().to(torch.float64).numpy()


def round_numbers(expression: sympy.Expr, digits: int) -> sympy.Expr:
    """The expression with every float rounded to significant digits."""
    changed = {value: number(float(f"{float(value):.{digits}g}")) for value in expression.atoms(sympy.Float)}
    return cast("sympy.Expr", expression.xreplace(changed))


def _floats(tensor: torch.Tensor) -> list[float]:
    return [float(value) for value in tensor.tolist()]
