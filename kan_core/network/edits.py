"""Changes to a network that are not training: each returns a new network and leaves the old one alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import EdgeError, PrimitiveError
from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.layers.structure import SymbolicEdge
from kan_core.network.edges import check_edge, edge_function
from kan_core.network.extend import extend_grid
from kan_core.network.network import Network
from kan_core.network.prune import insert_symbolic, prune_edges, prune_inputs, prune_nodes
from kan_core.network.trace import Trace
from kan_core.primitives.library import get_primitive
from kan_core.splines.least_squares import fit_coefficients
from kan_core.splines.move import moved_grid

__all__ = ["extend_grid", "hold", "lock", "prune_edges", "prune_inputs", "prune_nodes", "set_spline", "set_symbolic"]


def set_symbolic(network: Network, edge: EdgeId, primitive: str, constants: Sequence[float]) -> Network:
    """Make an edge c·f(a·x + b) + d with constants (a, b, c, d) in the network's units.

    Raises:
        EdgeError: no such edge, or it is locked.
        PrimitiveError: unknown primitive, or constants that are not four finite numbers.
    """
    layer = unlocked_layer(network, edge)
    name = get_primitive(primitive).name
    values = layer.constants.new_tensor(list(constants))
    if values.shape != (4,) or not bool(torch.isfinite(values).all()):
        raise PrimitiveError(f"{name} needs four finite constants a, b, c, d, got {list(constants)}")
    return network.with_layer(edge.layer, insert_symbolic(layer, SymbolicEdge(edge.target, edge.source, name), values))


def set_spline(network: Network, edge: EdgeId, trace: Trace) -> Network:
    """Give an edge back to a spline: a symbolic edge keeps its values (least squares on its rows), a zero edge starts at zero.

    Raises:
        EdgeError: no such edge, or it is locked.
    """
    layer = unlocked_layer(network, edge)
    if layer.structure.kind(edge.target, edge.source) == "spline":
        return network
    x = trace.inputs[edge.layer][:, edge.source]
    layer = _on_range_of(layer, edge, x)
    values = edge_function(network, edge, x)
    known = torch.isfinite(values)
    row = layer.structure.row(edge.target, edge.source)
    coefficients, part = layer.coefficients.clone(), layer.structure.part(edge.target, edge.source)
    coefficients[edge.target, edge.source] = 0.0
    if row is not None and bool(known.any()):
        one, points = layer.grid.parts[part].row(edge.source), x[known].unsqueeze(1)
        fitted = fit_coefficients(one, points, values[known].view(-1, 1, 1))[0, 0]
        coefficients[edge.target, edge.source, layer.grid.columns(part)] = fitted
    spline = layer.structure.spline.clone()
    spline[edge.target, edge.source] = True
    keep = [index for index in range(len(layer.structure.symbolic)) if index != row]
    structure = replace(
        layer.structure,
        spline=spline,
        symbolic=tuple(layer.structure.symbolic[index] for index in keep),
        held=frozenset(place for place in layer.structure.held if place[:2] != (edge.target, edge.source)),
    )
    constants = layer.constants[keep]
    return network.with_layer(edge.layer, replace(layer, structure=structure, coefficients=coefficients, constants=constants))


def lock(network: Network, edges: Iterable[EdgeId], locked: bool = True) -> Network:
    """Lock or unlock edges: training does not move a locked edge and edits refuse it.

    Raises:
        EdgeError: no such edge.
    """
    for edge in edges:
        layer = check_edge(network, edge)
        place = frozenset({(edge.target, edge.source)})
        new = layer.structure.locked | place if locked else layer.structure.locked - place
        network = network.with_layer(edge.layer, replace(layer, structure=replace(layer.structure, locked=new)))
    return network


def hold(network: Network, edge: EdgeId, places: Iterable[int]) -> Network:
    """Keep constants of a symbolic edge, by their places in a, b, c, d, where they are in every fit.

    Raises:
        EdgeError: no such edge, or it is not symbolic.
    """
    layer = check_edge(network, edge)
    if layer.structure.row(edge.target, edge.source) is None:
        raise EdgeError(f"edge {tuple(edge)} has no constants that could be held")
    held = layer.structure.held | {(edge.target, edge.source, place) for place in places}
    return network.with_layer(edge.layer, replace(layer, structure=replace(layer.structure, held=held)))


def unlocked_layer(network: Network, edge: EdgeId) -> Layer:
    """The layer of an edge that may be changed.

    Raises:
        EdgeError: no such edge, or it is locked.
    """
    layer = check_edge(network, edge)
    if (edge.target, edge.source) in layer.structure.locked:
        raise EdgeError(f"edge {tuple(edge)} is locked; unlock it before changing it")
    return layer


def _on_range_of(layer: Layer, edge: EdgeId, x: Tensor) -> Layer:
    """Move the source's knots to the range of its values, when no other spline of that source would notice."""
    if bool(layer.structure.spline[:, edge.source].any()) or edge.layer == 0:
        return layer
    margin = 0.02 * (x.amax() - x.amin())
    rows = torch.zeros(layer.inputs, dtype=torch.bool, device=x.device)
    rows[edge.source] = True
    values = x.unsqueeze(1).expand(-1, layer.inputs)
    return replace(layer, grid=moved_grid(layer.grid, rows, x.amin() - margin, x.amax() + margin, values))
