"""A network as bytes and back: safetensors with a JSON header, no pickle; same bytes, same outputs, bit for bit."""

from __future__ import annotations

import json
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from kan_core.errors import KanError, SnapshotError
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure, SymbolicEdge
from kan_core.network.network import Network, Normalisation
from kan_core.primitives.library import get_primitive
from kan_core.splines.grid import uniform_grid

SCHEMA = 1
_HEADER_LIMIT = 50_000_000
_NORMALISATION = ("input_shift", "input_scale", "target_shift", "target_scale")


def to_bytes(network: Network) -> bytes:
    """Network → bytes; the header holds the schema version, node kinds, primitives and locks."""
    tensors: dict[str, Tensor] = {}
    layers: list[dict[str, Any]] = []
    for index, layer in enumerate(network.layers):
        structure = layer.structure
        tensors[f"{index}.coefficients"] = layer.coefficients
        tensors[f"{index}.constants"] = layer.constants
        tensors[f"{index}.spline"] = structure.spline
        tensors[f"{index}.low"], tensors[f"{index}.high"] = layer.grid.low, layer.grid.high
        layers.append(
            {
                "nodes": [list(node) for node in structure.nodes],
                "symbolic": [list(edge) for edge in structure.symbolic],
                "locked": sorted(list(place) for place in structure.locked),
                "intervals": layer.grid.intervals,
                "degree": layer.grid.degree,
            }
        )
    for name in _NORMALISATION:
        tensors[name] = getattr(network.normalisation, name)
    header = {"schema": SCHEMA, "steps": network.steps, "layers": layers}
    header |= {"exact": list(network.exact), "functions": list(network.functions)}
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    return save(plain, metadata={"kanscope": json.dumps(header, sort_keys=True)})


def from_bytes(data: bytes, device: torch.device | str = "cpu") -> Network:
    """Bytes → network.

    Raises:
        SnapshotError: not a snapshot, an unknown schema version, or parts that do not fit together.
    """
    header = _header(data)
    if header.get("schema") != SCHEMA:
        raise SnapshotError(f"this snapshot has schema version {header.get('schema')}, this program reads version {SCHEMA}")
    try:
        tensors = {name: tensor.to(device) for name, tensor in load(data).items()}
        layers = tuple(_layer(part, index, tensors) for index, part in enumerate(header["layers"]))
        normalisation = Normalisation(*(tensors[name] for name in _NORMALISATION))
        network = Network(layers, normalisation, int(header["steps"]), _texts(header, "exact"), _texts(header, "functions"))
    except (KeyError, TypeError, ValueError, IndexError, SafetensorError, KanError) as error:
        raise SnapshotError(f"the snapshot is damaged: {error}") from error
    _check(network)
    return network


def _header(data: bytes) -> dict[str, Any]:
    try:
        length = int.from_bytes(data[:8], "little")
        inside = 2 <= length <= min(len(data) - 8, _HEADER_LIMIT)
        outer = json.loads(data[8 : 8 + length] if inside else b"")
        return cast("dict[str, Any]", json.loads(outer["__metadata__"]["kanscope"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError("these bytes are not a Kanscope network") from error


def _texts(header: dict[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; absent in snapshots that know nothing of it."""
    return tuple(str(text) for text in header.get(name, ()))


def _layer(part: dict[str, Any], index: int, tensors: dict[str, Tensor]) -> Layer:
    structure = Structure(
        nodes=tuple(Node(kind, int(arity)) for kind, arity in part["nodes"]),
        spline=tensors[f"{index}.spline"],
        symbolic=tuple(SymbolicEdge(int(t), int(s), get_primitive(name).name) for t, s, name in part["symbolic"]),
        locked=frozenset((int(t), int(s)) for t, s in part["locked"]),
    )
    low, high = tensors[f"{index}.low"], tensors[f"{index}.high"]
    grid = uniform_grid(low, high, int(part["intervals"]), int(part["degree"]))
    return Layer(structure, grid, tensors[f"{index}.coefficients"], tensors[f"{index}.constants"])


def _check(network: Network) -> None:
    width = network.layers[0].inputs if network.layers else 0
    for layer in network.layers:
        targets, inputs = layer.structure.spline.shape
        fits = (
            inputs == width == layer.grid.inputs
            and targets == sum(node.arity for node in layer.structure.nodes)
            and layer.coefficients.shape == (targets, inputs, layer.grid.basis)
            and layer.constants.shape == (len(layer.structure.symbolic), 4)
            and all(edge.target < targets and edge.source < inputs for edge in layer.structure.symbolic)
        )
        if not fits:
            raise SnapshotError("the snapshot is damaged: the shapes of its layers do not fit together")
        width = len(layer.structure.nodes)
    if not network.layers or network.normalisation.input_shift.shape[0] != network.layers[0].inputs:
        raise SnapshotError("the snapshot is damaged: its normalisation does not fit its shape")
