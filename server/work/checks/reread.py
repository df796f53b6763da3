"""The JSON export read back as a network."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import torch

from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure, SymbolicEdge
from kan_core.network.network import Network, Normalisation
from kan_core.splines.grid import Grid, grid_of_breaks


def read_network(text: str) -> Network:
    """A network from its JSON document; locks are not part of it."""
    document: dict[str, Any] = json.loads(text)
    parts = [
        torch.tensor(document["normalisation"][name], dtype=torch.float64)
        for name in ("input_shift", "input_scale", "target_shift", "target_scale")
    ]
    return Network(tuple(_layer(part) for part in document["layers"]), Normalisation(*parts))


def _grid(part: dict[str, Any]) -> Grid:
    if part["breaks"] is not None:
        return grid_of_breaks(torch.tensor(part["breaks"], dtype=torch.float64), int(part["degree"]))
    low, high = (torch.tensor(part[end], dtype=torch.float64) for end in ("low", "high"))
    return Grid(low, high, int(part["intervals"]), int(part["degree"]))


def _layer(part: dict[str, Any]) -> Layer:
    grid = replace(_grid(part["grid"]), base=part["base"], finer=tuple(_grid(entry) for entry in part["finer"]))
    nodes = tuple(Node(node["kind"], int(node["arity"])) for node in part["nodes"])
    targets, inputs = sum(node.arity for node in nodes), grid.inputs
    spline = torch.zeros((targets, inputs), dtype=torch.bool)
    grids = torch.zeros((targets, inputs), dtype=torch.long)
    coefficients = torch.zeros((targets, inputs, grid.basis), dtype=torch.float64)
    symbolic: list[tuple[SymbolicEdge, list[float]]] = []
    for edge in part["edges"]:
        target, source = int(edge["target"]), int(edge["source"])
        if edge["kind"] == "spline":
            spline[target, source] = True
            place = grids[target, source] = int(edge["grid"])
            coefficients[target, source, grid.columns(place)] = torch.tensor(edge["coefficients"], dtype=torch.float64)
            if grid.base is not None:
                coefficients[target, source, -1] = float(edge["weight"])
        else:
            constants = [float(edge[name]) for name in "abcd"]
            symbolic.append((SymbolicEdge(target, source, edge["primitive"]), constants))
    structure = Structure(nodes, spline, tuple(edge for edge, _ in symbolic), grids=grids if grid.finer else None)
    constants = torch.tensor([values for _, values in symbolic], dtype=torch.float64).reshape(-1, 4)
    return Layer(structure, grid, coefficients, constants)
