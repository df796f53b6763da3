"""Start afresh with a new, untrained network."""

from __future__ import annotations

from dataclasses import replace

import torch

from kan_core.layers.structure import Node
from kan_core.network.constant import with_constant_outputs
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges
from kan_core.network.shapes import suiting_shape
from kan_core.network.snapshot import from_bytes
from kan_core.splines.base import Base
from kan_core.training.parameters import free_parameters
from server.contract.actions import Base as BaseName
from server.contract.actions import Initialise
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import MOST_PARAMETERS
from server.work.handlers.sentences import constant_sentence, plural, rows_sentence, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import Rows, Situation, rows_of


def initialise(action: Initialise, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """A random network of the asked shape, else of one that suits the rows; the person's own functions stay."""
    rows = rows_of(table)
    basis = action.intervals + action.degree + (action.base != "none")
    shape = default_shape(rows, basis) if action.shape is None else action.shape
    levels = _levels(shape, action)
    _check_size(levels, basis)
    network = create_network(
        levels,
        rows.split.train,
        generator=torch.Generator().manual_seed(action.seed),
        intervals=action.intervals,
        degree=action.degree,
        noise_scale=action.noise_scale,
        base=base_of(action.base),
        knots=action.knots,
    )
    if not rows.equations:
        network = with_constant_outputs(network, rows.split.train)
    functions = () if parent is None else from_bytes(parent).functions
    situation = Situation(replace(network.to(PRECISIONS[action.precision]), functions=functions), rows)
    count = free_parameters(network).count(network)
    size = f"{plural(len(active_edges(network)), 'edge')}, {plural(count, 'parameter')}; not trained yet."
    return finish(situation, sentences(size, constant_sentence(rows), rows_sentence(rows), _crowded(count, rows)))


PRECISIONS = {"float64": torch.float64, "float32": torch.float32}


def base_of(name: BaseName) -> Base | None:
    """The numerics' name of a base function."""
    return None if name == "none" else name


def _levels(shape: list[int], action: Initialise) -> list[int | list[Node]]:
    """Nodes a level, sums before products.

    Raises:
        WorkError: not one number of product nodes for each hidden layer.
    """
    hidden = len(shape) - 2
    if not action.products:
        return list(shape)
    if len(action.products) != hidden:
        raise WorkError(
            f"Product nodes are given for {plural(len(action.products), 'hidden layer')}, the shape {shape} has {hidden}.",
            code="bad_request",
            hint="Give one number for each hidden layer, 0 for none.",
        )
    more = zip(shape[1:-1], action.products, strict=True)
    middle = [[Node()] * max(sums, 0) + [Node("product", action.arity)] * products for sums, products in more]
    return [shape[0], *middle, shape[-1]]


def default_shape(rows: Rows, basis: int) -> list[int]:
    """The shape that suits a session's rows, see `kan_core.network.shapes`."""
    return suiting_shape(len(rows.inputs), len(rows.targets), rows.split.train.rows, basis)


def _check_size(levels: list[int | list[Node]], basis: int) -> None:
    """Refuse a network that could not be trained before its memory is asked for."""
    shape = [level if isinstance(level, int) else len(level) for level in levels]
    subnodes = [level if isinstance(level, int) else sum(node.arity for node in level) for level in levels]
    edges = sum(source * target for source, target in zip(shape, subnodes[1:], strict=False))
    if edges * basis > MOST_PARAMETERS:
        raise WorkError(
            f"A network of shape {shape} has {edges * basis:,} parameters; training handles {MOST_PARAMETERS:,}.",
            hint="Use fewer inputs, nodes or grid intervals.",
        )


def _crowded(parameters: int, rows: Rows) -> str:
    if parameters <= rows.split.train.rows:
        return ""
    return "There are more parameters than training rows, so it can learn the rows by heart: fewer nodes or intervals would help."
