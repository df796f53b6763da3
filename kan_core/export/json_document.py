"""Network and formula as one JSON document that other programs can read without this one."""

from __future__ import annotations

import json
from collections.abc import Sequence

import torch

from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.splines.grid import Grid
from kan_core.symbolic.formula import Formula

FORMAT = "kanscope-network"
VERSION = 2


def json_document(
    network: Network,
    formula: Formula,
    input_names: Sequence[str],
    target_names: Sequence[str],
    units: Sequence[str | None] | None = None,
) -> str:
    """Columns, normalisation, layers (structure, grids, coefficients, constants) and formula; all digits of all numbers.

    A layer has a `grid` and perhaps `finer` ones; a spline names its own by its place among them, 0 the first. `breaks`
    are the ends of intervals that are not equal. With a `base` b each spline edge is weight·b(x) plus the spline.

    Numbers that JSON lacks (NaN, infinities) are written as null.

    Args:
        network: the network.
        formula: its formula.
        input_names: columns in order.
        target_names: targets in order.
        units: of inputs then targets.
    """
    names = [*input_names, *target_names]
    given = list(units or [None] * len(names))
    roles = ["input"] * len(input_names) + ["target"] * len(target_names)
    normalisation = network.normalisation
    document = {
        "format": FORMAT,
        "version": VERSION,
        "columns": [{"name": name, "role": role, "unit": unit} for name, role, unit in zip(names, roles, given, strict=True)],
        "formula": {
            "sympy": dict(zip(target_names, formula.sympy_text, strict=True)),
            "latex": formula.latex_full,
            "complexity": formula.complexity,
            "symbolic": formula.symbolic,
            "maximum_difference": formula.maximum_difference,
            "note": formula.note,
        },
        "normalisation": {
            name: getattr(normalisation, name).to(torch.float64).tolist()
            for name in ("input_shift", "input_scale", "target_shift", "target_scale")
        },
        "shape": list(network.shape),
        "layers": [_layer(layer) for layer in network.layers],
    }
    return json.dumps(_finite(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _layer(layer: Layer) -> dict[str, object]:
    """One layer: grid per source, node kinds, and the edges that are not zero."""
    edges = [_spline(layer, target, source) for target, source in torch.nonzero(layer.structure.spline).tolist()]
    for edge, (a, b, c, d) in zip(layer.structure.symbolic, layer.constants.tolist(), strict=True):
        kind = {"target": edge.target, "source": edge.source, "kind": "symbolic", "primitive": edge.primitive}
        edges.append({**kind, "a": a, "b": b, "c": c, "d": d})
    return {
        "nodes": [{"kind": node.kind, "arity": node.arity} for node in layer.structure.nodes],
        "base": layer.grid.base,
        "grid": _grid(layer.grid),
        "finer": [_grid(part) for part in layer.grid.finer],
        "edges": edges,
    }


def _grid(grid: Grid) -> dict[str, object]:
    return {
        "low": grid.low.tolist(),
        "high": grid.high.tolist(),
        "intervals": grid.intervals,
        "degree": grid.degree,
        "breaks": None if grid.breaks is None else grid.breaks.tolist(),
    }


def _spline(layer: Layer, target: int, source: int) -> dict[str, object]:
    part, values = layer.structure.part(target, source), layer.coefficients[target, source]
    edge: dict[str, object] = {"target": target, "source": source, "kind": "spline", "grid": part}
    edge["coefficients"] = values[layer.grid.columns(part)].tolist()
    return edge if layer.grid.base is None else {**edge, "weight": float(values[-1])}


def _finite(value: object) -> object:
    """The same structure with null for what JSON cannot say."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    return [_finite(entry) for entry in value] if isinstance(value, list) else value
