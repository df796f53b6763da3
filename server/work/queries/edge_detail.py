"""The large plot of one edge: its curve, and what the rows say it should be."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edges import check_edge, edge_function
from kan_core.network.trace import forward, split_sensitivity
from kan_core.training.data import Table
from kan_core.training.linearise import propagate
from kan_core.training.screen import some_rows
from server.contract.rest import EdgeDetail
from server.work.query import EdgeDetailQuery
from server.work.result import Material
from server.work.situation import Situation, situation_of
from server.work.views.names import node_names
from server.work.views.network_view import edge_id
from server.work.views.spelling import spelling_of

POINTS = 200
ROWS = 400
# A row on which the output hardly feels the edge says little about it: its residual is not blown up.
_DAMPING = 0.05


def edge_detail(query: EdgeDetailQuery, material: Material) -> EdgeDetail:
    """Curve, partial residuals, names and units of an edge; a pruned edge is a line at zero.

    Raises:
        EdgeError: no such edge.
    """
    situation = situation_of(material.network, material.table)
    edge = edge_id(query.edge)
    network = situation.network
    layer = check_edge(network, edge)
    values = situation.trace.inputs[edge.layer][:, edge.source]
    values = values[torch.isfinite(values)]
    low, high = (values.amin(), values.amax()) if len(values) else (torch.zeros(()), torch.ones(()))
    x = low + (high - low) * torch.linspace(0, 1, POINTS, dtype=network.dtype)
    y = _without_gaps(x, edge_function(network, edge, x))
    data_x, data_y, weight = _partial_residuals(situation, edge)
    names = node_names(network.shape, situation.rows.inputs, situation.rows.targets)
    raw = network.normalisation
    return EdgeDetail(
        revision=material.revision or "",
        edge=query.edge,
        x=x.tolist(),
        y=y.tolist(),
        data_x=data_x.tolist(),
        data_y=data_y.tolist(),
        weight=None if weight is None else (weight / weight.amax()).tolist(),
        source_name=names[edge.layer][edge.source],
        target_name=names[edge.layer + 1][layer.structure.node_of_subnode[edge.target]],
        source_shift=float(raw.input_shift[edge.source]) if edge.layer == 0 else 0.0,
        source_scale=float(raw.input_scale[edge.source]) if edge.layer == 0 else 1.0,
        text=_text(situation, edge),
    )


def _without_gaps(x: Tensor, y: Tensor) -> Tensor:
    """Values where there are none are drawn between their neighbours."""
    known = torch.isfinite(y)
    if bool(known.all()) or not bool(known.any()):
        return torch.nan_to_num(y, nan=0.0, posinf=0.0, neginf=0.0)
    return torch.from_numpy(np.interp(x.numpy(), x[known].numpy(), y[known].numpy()))


def _partial_residuals(situation: Situation, edge: EdgeId) -> tuple[Tensor, Tensor, Tensor | None]:
    """(rows,) source values, φ(x) + δ·r/(δ² + ε), the residual r brought to the edge through δ = ∂output/∂edge, and weights."""
    network = situation.network
    rows: Table = some_rows(situation.split.train, ROWS)
    x = network.normalisation.inputs(rows.inputs)
    trace = forward(network, x, slopes=True)
    outputs = trace.output.shape[1]
    sensitivity = torch.eye(outputs, dtype=network.dtype).expand(x.shape[0], -1, -1)
    for index in reversed(range(edge.layer, len(network.layers))):
        layer, values = network.layers[index], trace.layers[index]
        sensitivity = split_sensitivity(layer.structure, values.subnodes, sensitivity)
        if index > edge.layer:
            sensitivity = propagate(layer, values, sensitivity)
    slope = sensitivity[:, :, edge.target]
    square = slope.square().sum(1)
    left = _unexplained(situation, rows, trace.output)
    share = (slope * left).sum(1) / (square + _DAMPING * square.nanmean()).clamp(min=1e-300)
    source = trace.inputs[edge.layer][:, edge.source]
    data = edge_function(network, edge, source) + share
    known = torch.isfinite(source) & torch.isfinite(data)
    return source[known], data[known], None if rows.weights is None else rows.weights[known]


def _unexplained(situation: Situation, rows: Table, output: Tensor) -> Tensor:
    """(rows, outputs) what the network leaves, in its own units; of probabilities when classes are learned."""
    units = situation.network.normalisation
    if situation.rows.classes:
        return (rows.targets - situation.rows.objective.predict(output, units)) / units.target_scale
    return units.targets(rows.targets) - output


def _text(situation: Situation, edge: EdgeId) -> str:
    layer = situation.network.layers[edge.layer]
    row = layer.structure.row(edge.target, edge.source)
    if row is not None:
        a, b, c, d = layer.constants[row].tolist()
        return spelling_of(situation, edge).text(layer.structure.symbolic[row].primitive, (a, b, c, d))
    if layer.structure.kind(edge.target, edge.source) == "zero":
        return "pruned"
    splines = layer.grid.parts[layer.structure.part(edge.target, edge.source)].splines
    base = "" if layer.grid.base is None else f" and the base {layer.grid.base}"
    return f"spline, {splines} coefficients{base}"
