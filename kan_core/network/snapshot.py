"""A network as bytes and back: safetensors with a JSON header, no pickle; same bytes, same outputs, bit for bit.

Schema 2 adds base functions, knots at unequal distances, finer grids of single edges and the element type of the units.
Version 1, which had one uniform grid a layer and no base, is read as before. Schema 3 adds the law and constants that are held;
the exact numbers of version 2 are read, and become constants of a law when one is made.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from kan_core.errors import KanError, SnapshotError
from kan_core.expression.law import law_document, read_law
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure, SymbolicEdge
from kan_core.network.network import Network, Normalisation
from kan_core.primitives.library import get_primitive
from kan_core.splines.base import BASES
from kan_core.splines.grid import Grid, grid_of_breaks, uniform_grid

SCHEMA = 3
_READABLE = (1, 2, 3)
_HEADER_LIMIT = 50_000_000
_NORMALISATION = ("input_shift", "input_scale", "target_shift", "target_scale")


def to_bytes(network: Network) -> bytes:
    """Network → bytes; the header holds the schema version, node kinds, primitives, locks and the law."""
    tensors: dict[str, Tensor] = {}
    layers: list[dict[str, Any]] = []
    for index, layer in enumerate(network.layers):
        structure = layer.structure
        tensors[f"{index}.coefficients"] = layer.coefficients
        tensors[f"{index}.constants"] = layer.constants
        tensors[f"{index}.spline"] = structure.spline
        if structure.grids is not None:
            tensors[f"{index}.grids"] = structure.grids
        for name, grid in _named_parts(index, layer.grid):
            tensors |= _grid_tensors(name, grid)
        layers.append(
            {
                "nodes": [list(node) for node in structure.nodes],
                "symbolic": [list(edge) for edge in structure.symbolic],
                "locked": sorted(list(place) for place in structure.locked),
                "held": sorted(list(place) for place in structure.held),
                "intervals": layer.grid.intervals,
                "degree": layer.grid.degree,
                "base": layer.grid.base,
                "finer": [grid.intervals for grid in layer.grid.finer],
            }
        )
    for name in _NORMALISATION:
        tensors[name] = getattr(network.normalisation, name)
    header: dict[str, Any] = {"schema": SCHEMA, "steps": network.steps, "layers": layers, "precision": _PRECISIONS[network.dtype]}
    header |= {"exact": list(network.exact), "functions": list(network.functions)}
    for name, law in (("law", network.law), ("former", network.former)):
        if law is not None:
            header[name] = law_document(law)
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    return save(plain, metadata={"kanscope": json.dumps(header, sort_keys=True)})


def from_bytes(data: bytes, device: torch.device | str = "cpu") -> Network:
    """Bytes → network.

    Raises:
        SnapshotError: not a snapshot, an unknown schema version, or parts that do not fit together.
    """
    header = _header(data)
    if header.get("schema") not in _READABLE:
        raise SnapshotError(f"this snapshot has schema version {header.get('schema')}, this program reads versions 1 to {SCHEMA}")
    # Whatever a header from elsewhere holds where a number, a text or a list belongs shows as one of Python's own errors.
    try:
        tensors = load(data)
        layers = tuple(_layer(part, index, tensors) for index, part in enumerate(header["layers"]))
        units = Normalisation(*(tensors[name] for name in _NORMALISATION), dtype=_dtype(header))
        network = Network(layers, units, int(header["steps"]), _texts(header, "exact"), _texts(header, "functions"))
        _check(network)
        laws = {name: read_law(header[name], network.shape[0], network.shape[-1]) for name in ("law", "former") if name in header}
        network = replace(network, **laws)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, SafetensorError, KanError) as error:
        raise SnapshotError(f"the snapshot is damaged: {error}") from error
    return network if torch.device(device).type == "cpu" else network.to(device=device)


_PRECISIONS = {torch.float64: "float64", torch.float32: "float32"}


def _dtype(header: dict[str, Any]) -> torch.dtype | None:
    """Element type of the network's units; None when it is that of the normalisation, as in version 1."""
    return next((dtype for dtype, name in _PRECISIONS.items() if name == header.get("precision")), None)


def _named_parts(index: int, grid: Grid) -> list[tuple[str, Grid]]:
    """Each grid of a layer with the beginning of its tensors' names."""
    return [(f"{index}", grid), *((f"{index}.finer.{place}", finer) for place, finer in enumerate(grid.finer))]


def _grid_tensors(name: str, grid: Grid) -> dict[str, Tensor]:
    ends = {f"{name}.low": grid.low, f"{name}.high": grid.high}
    return ends if grid.breaks is None else {**ends, f"{name}.breaks": grid.breaks}


def _header(data: bytes) -> dict[str, Any]:
    try:
        length = int.from_bytes(data[:8], "little")
        inside = 2 <= length <= min(len(data) - 8, _HEADER_LIMIT)
        outer = json.loads(data[8 : 8 + length] if inside else b"")
        header = json.loads(outer["__metadata__"]["kanscope"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotError("these bytes are not a Kanscope network") from error
    if not isinstance(header, dict):
        raise SnapshotError("these bytes are not a Kanscope network")
    return cast("dict[str, Any]", header)


def _texts(header: dict[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; absent in snapshots that know nothing of it."""
    return tuple(str(text) for text in header.get(name, ()))


def _layer(part: dict[str, Any], index: int, tensors: dict[str, Tensor]) -> Layer:
    structure = Structure(
        nodes=tuple(Node(kind, int(arity)) for kind, arity in part["nodes"]),
        spline=tensors[f"{index}.spline"],
        symbolic=tuple(SymbolicEdge(int(t), int(s), get_primitive(str(name)).name) for t, s, name in part["symbolic"]),
        locked=frozenset((int(t), int(s)) for t, s in part["locked"]),
        grids=tensors.get(f"{index}.grids"),
        held=frozenset((int(t), int(s), int(place)) for t, s, place in part.get("held", [])),
    )
    base, degree = part.get("base"), int(part["degree"])
    if base is not None and base not in BASES:
        raise SnapshotError(f"there is no base function called '{base}'")
    finer = [_grid(f"{index}.finer.{place}", int(count), degree, tensors) for place, count in enumerate(part.get("finer", []))]
    grid = replace(_grid(f"{index}", int(part["intervals"]), degree, tensors), base=base, finer=tuple(finer))
    return Layer(structure, grid, tensors[f"{index}.coefficients"], tensors[f"{index}.constants"])


def _grid(name: str, intervals: int, degree: int, tensors: dict[str, Tensor]) -> Grid:
    breaks = tensors.get(f"{name}.breaks")
    if breaks is None:
        return uniform_grid(tensors[f"{name}.low"], tensors[f"{name}.high"], intervals, degree)
    grid = grid_of_breaks(breaks, degree)
    if grid.intervals != intervals:
        raise SnapshotError(f"a grid of {intervals} intervals has {breaks.shape[1]} ends")
    return grid


_NODES = {("sum", False), ("product", True)}


def _grids_fit(layer: Layer) -> bool:
    """Whether every edge names one of the layer's grids, and these have as many rows as the layer has inputs."""
    grids, parts = layer.structure.grids, layer.grid.parts
    if any(part.low.shape != (layer.inputs,) for part in parts):
        return False
    if grids is None:
        return len(parts) == 1
    return grids.shape == layer.structure.spline.shape and bool(((grids >= 0) & (grids < len(parts))).all())


def _check(network: Network) -> None:
    if not network.layers:
        raise SnapshotError("it has no layers")
    width, dtype = network.layers[0].inputs, network.dtype
    for layer in network.layers:
        if layer.structure.spline.ndim != 2 or layer.structure.spline.dtype != torch.bool:
            raise SnapshotError("the kinds of its edges are not a table of yes and no")
        targets, inputs = layer.structure.spline.shape
        fits = (
            inputs == width == layer.grid.inputs
            and targets == sum(node.arity for node in layer.structure.nodes)
            and layer.coefficients.shape == (targets, inputs, layer.grid.basis)
            and layer.constants.shape == (len(layer.structure.symbolic), 4)
            and all(0 <= edge.target < targets and 0 <= edge.source < inputs for edge in layer.structure.symbolic)
            and all(layer.structure.row(t, s) is not None and 0 <= place < 4 for t, s, place in layer.structure.held)
            and all((node.kind, node.arity > 1) in _NODES for node in layer.structure.nodes)
        )
        if not (fits and _grids_fit(layer)):
            raise SnapshotError("the shapes of its layers do not fit together")
        numbers = (layer.coefficients, layer.constants, *(end for part in layer.grid.parts for end in (part.low, part.high)))
        if dtype not in _PRECISIONS or any(part.dtype != dtype for part in numbers):
            raise SnapshotError("its numbers are neither all doubles nor all singles")
        width = len(layer.structure.nodes)
    units = network.normalisation
    ends = (units.input_shift, units.input_scale, units.target_shift, units.target_scale)
    shapes = [(network.shape[0],)] * 2 + [(width,)] * 2
    if [tuple(end.shape) for end in ends] != shapes or any(end.dtype not in _PRECISIONS for end in ends):
        raise SnapshotError("its normalisation does not fit its shape")
