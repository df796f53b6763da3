"""The large plot of one edge: its curve, and what the rows say it should be."""

from __future__ import annotations

from kan_core.evidence.partial_residuals import partial_residuals
from kan_core.ids import EdgeId
from kan_core.network.edge_curve import edge_curve
from kan_core.network.edges import check_edge
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


def edge_detail(query: EdgeDetailQuery, material: Material) -> EdgeDetail:
    """Curve, partial residuals, names and units of an edge; a pruned edge is a line at zero.

    Raises:
        EdgeError: no such edge.
    """
    situation = situation_of(material.network, material.table)
    edge = edge_id(query.edge)
    network = situation.network
    layer = check_edge(network, edge)
    x, y = edge_curve(network, situation.trace, edge, POINTS)
    wanted = partial_residuals(network, some_rows(situation.split.train, ROWS), edge, situation.rows.objective)
    names = node_names(network.shape, situation.rows.inputs, situation.rows.targets)
    raw = network.normalisation
    return EdgeDetail(
        revision=material.revision or "",
        edge=query.edge,
        x=x.tolist(),
        y=y.tolist(),
        data_x=wanted.x.tolist(),
        data_y=wanted.y.tolist(),
        weight=None if wanted.shares is None else wanted.shares.tolist(),
        source_name=names[edge.layer][edge.source],
        target_name=names[edge.layer + 1][layer.structure.node_of_subnode[edge.target]],
        source_shift=float(raw.input_shift[edge.source]) if edge.layer == 0 else 0.0,
        source_scale=float(raw.input_scale[edge.source]) if edge.layer == 0 else 1.0,
        text=_text(situation, edge),
    )


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
