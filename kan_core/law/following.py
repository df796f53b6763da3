"""A network that says what a law says: its own constants moved where its structure can, else made anew from the law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from kan_core.errors import FormulaError
from kan_core.expression.law import Law
from kan_core.law.problem import law_values
from kan_core.layers.structure import Structure
from kan_core.network.create import normalisation_of
from kan_core.network.edges import active_edges, edge_values
from kan_core.network.network import Network
from kan_core.network.prune import prune_edges
from kan_core.network.trace import evaluate, forward
from kan_core.symbolic.from_formula import lowered as lower
from kan_core.training.data import Split, Table
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train

AGREEMENT = 1e-8
"""Largest difference between law and network, in spreads of the target, that counts as rounding: that of formula and network."""


def follow(network: Network, law: Law, table: Table, targets: Sequence[str]) -> Network:
    """The network of a law, with the law.

    Args:
        network: without splines, near the law; locked edges stay as they are.
        law: to be followed.
        table: training rows.
        targets: of the outputs.

    Raises:
        FormulaError: the law has no value on any row, or locked edges keep the network from following.
    """
    free = _released(network).to(torch.float64)
    moved = _moved(free, law, table)
    if moved is None and any(layer.structure.locked for layer in network.layers):
        raise FormulaError("the network cannot follow this formula while edges are locked; unlock its edges first")
    if moved is None:
        moved = replace(lowered(law, table, targets, network.functions), steps=network.steps)
    return replace(moved, law=law, former=None, exact=())


def lowered(law: Law, table: Table, targets: Sequence[str], functions: Sequence[str] = ()) -> Network:
    """A network made from a law.

    Raises:
        FormulaError: a law that no network can be.
    """
    values = {each.name: each.value for each in law.constants}
    made = lower(law.expressions, normalisation_of(table), table.inputs, targets, values, functions)
    return replace(made.network, law=law)


def _moved(network: Network, law: Law, table: Table) -> Network | None:
    """The network with constants such that it gives the law's values; None when they cannot."""
    wanted = _table(law, table)
    options = LevenbergMarquardtOptions(steps=80, splines=False, update_grid=False, tolerance=1e-3)
    best = network
    if not _agrees(best, wanted):
        for progress in train(best, Split(wanted, wanted), options):
            best = progress.network
    if not _agrees(best, wanted):
        return None
    swept = _swept(best, wanted)
    return swept if _agrees(swept, wanted) else best


def _table(law: Law, table: Table) -> Table:
    """Up to 1,000 rows with the law's values."""
    inputs = table.inputs[:: max(1, -(-len(table.inputs) // 1_000))].detach().cpu().to(torch.float64)
    with np.errstate(all="ignore"):
        values = law_values(law, inputs.numpy())
    known = torch.from_numpy(np.isfinite(values).all(axis=1))
    if not bool(known.any()):
        raise FormulaError("the formula has no value on any row; choose another number")
    return Table(inputs[known], torch.from_numpy(values.copy())[known])


def _agrees(network: Network, wanted: Table) -> bool:
    scale = network.normalisation.target_scale.to(torch.float64)
    return bool(((evaluate(network, wanted.inputs) - wanted.targets).abs() / scale).amax() <= AGREEMENT)


def _swept(network: Network, wanted: Table) -> Network:
    """Without edges that add nothing any more: what a law dropped is not to be drawn as a line of zeros."""
    trace = forward(network, network.normalisation.inputs(wanted.inputs))
    idle = [edge for edge in active_edges(network) if float(edge_values(network, trace, edge).std()) <= AGREEMENT / 10]
    kept = [edge for edge in idle if (edge.target, edge.source) not in network.layers[edge.layer].structure.locked
            and not _is_constant(network.layers[edge.layer].structure, edge.target, edge.source)]  # fmt: skip
    return prune_edges(network, kept, trace) if kept else network


def _is_constant(structure: Structure, target: int, source: int) -> bool:
    row = structure.row(target, source)
    return row is not None and structure.symbolic[row].primitive == "constant"


def _released(network: Network) -> Network:
    """Without constants that are held: the law says which move."""
    return network.with_layers(
        tuple(replace(layer, structure=replace(layer.structure, held=frozenset())) for layer in network.layers)
    )
