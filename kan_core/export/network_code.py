"""The layers of a network as numpy source: coefficients as tables, one small evaluator for all splines.

The evaluator is the Cox-de Boor recursion with linear continuation outside, which is what the network itself computes in
another way; knots at unequal distances have one of their own.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.export.python_text import helper_lines
from kan_core.expression.writing import NUMPY, written
from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.symbolic.gauge import form_of

_SPLINE = '''
def spline(low, high, degree, coefficients, x):
    """Spline with uniform knots; outside [low, high] it continues as its tangent."""
    coefficients = np.asarray(coefficients)
    intervals = len(coefficients) - degree
    step = (high - low) / intervals
    inside = np.clip(x, low, high)
    place = np.clip(np.floor((inside - low) / step), 0, intervals - 1).astype(int)
    place = np.where(np.isnan(x), 0, place)
    u = (inside - low) / step - place
    pieces = [np.ones_like(u)]
    slopes = [np.zeros_like(u)]
    for k in range(1, degree + 1):
        lower = pieces
        pieces = []
        for r in range(k + 1):
            value = np.zeros_like(u)
            if r >= 1:
                value = value + (u + k - r) / k * lower[r - 1]
            if r <= k - 1:
                value = value + (r + 1 - u) / k * lower[r]
            pieces.append(value)
        if k == degree:
            left = [np.zeros_like(u), *lower]
            right = [*lower, np.zeros_like(u)]
            slopes = [(a - b) / step for a, b in zip(left, right)]
    taken = [coefficients[place + r] for r in range(degree + 1)]
    value = sum(c * piece for c, piece in zip(taken, pieces))
    slope = sum(c * piece for c, piece in zip(taken, slopes))
    return value + slope * (x - inside)
'''

_UNEVEN_SPLINE = '''
def uneven_spline(ends, degree, coefficients, x):
    """Spline whose intervals end at `ends`; outside of them it continues as its tangent."""
    ends = np.asarray(ends)
    coefficients = np.asarray(coefficients)
    step = (ends[-1] - ends[0]) / (len(ends) - 1)
    outer = step * np.arange(1, degree + 1)
    knots = np.concatenate([ends[0] - outer[::-1], ends, ends[-1] + outer])
    inside = np.clip(x, ends[0], ends[-1])
    place = np.clip(np.searchsorted(ends, inside, side="right") - 1, 0, len(ends) - 2)
    place = np.where(np.isnan(x), 0, place)
    pieces = [np.ones_like(inside)]
    slopes = [np.zeros_like(inside)]
    for k in range(1, degree + 1):
        left = [knots[place + degree - k + 1 + r] for r in range(k)]
        right = [knots[place + degree + 1 + r] for r in range(k)]
        shared = [piece / (b - a) for piece, a, b in zip(pieces, left, right)]
        none = np.zeros_like(inside)
        rising = [none, *((inside - a) * s for a, s in zip(left, shared))]
        falling = [*((b - inside) * s for b, s in zip(right, shared)), none]
        pieces = [a + b for a, b in zip(rising, falling)]
        slopes = [k * (a - b) for a, b in zip([none, *shared], [*shared, none])]
    taken = [coefficients[place + r] for r in range(degree + 1)]
    value = sum(c * piece for c, piece in zip(taken, pieces))
    slope = sum(c * piece for c, piece in zip(taken, slopes))
    return value + slope * (x - inside)
'''


def network_lines(network: Network) -> list[str]:
    """Source of `evaluate_layers(rows)`: (rows, inputs) raw → (rows, outputs) raw, with all it needs."""
    normalisation = network.normalisation
    body: list[str] = [
        f"h = (rows - np.array({_list(normalisation.input_shift)})) / np.array({_list(normalisation.input_scale)})"
    ]
    for index, layer in enumerate(network.layers):
        body += _layer_lines(layer, index)
    body.append(f"return h * np.array({_list(normalisation.target_scale)}) + np.array({_list(normalisation.target_shift)})")
    definition = ["", "def evaluate_layers(rows):", '    """All layers; (rows, inputs) to (rows, outputs), raw units."""']
    definition += ['    with np.errstate(all="ignore"):', *(f"        {line}" for line in body), ""]
    forms = [form_of(edge.primitive) for layer in network.layers for edge in layer.structure.symbolic]
    uneven = any("uneven_spline(" in line for line in body)
    return [*helper_lines(forms), *_SPLINE.splitlines(), *(_UNEVEN_SPLINE.splitlines() if uneven else []), *definition]


def _layer_lines(layer: Layer, index: int) -> list[str]:
    """Statements that turn `h`, (rows, inputs), into the next node values."""
    lines = [f"# layer {index}", f"f = np.zeros((len(h), {layer.targets}))"]
    for target, source in torch.nonzero(layer.structure.spline).tolist():
        lines.append(f"f[:, {target}] += {_spline_text(layer, target, source)}")
    for edge, (a, b, c, d) in zip(layer.structure.symbolic, layer.constants.tolist(), strict=True):
        u = f"({a!r} * h[:, {edge.source}] + {b!r})"
        lines.append(f"f[:, {edge.target}] += {c!r} * ({written(form_of(edge.primitive), [u], NUMPY)}) + {d!r}")
    if layer.structure.has_products:
        factors = [
            f"f[:, {first}:{first + node.arity}].prod(axis=1)"
            for node, first in zip(layer.structure.nodes, layer.structure.first_subnode, strict=True)
        ]
        lines.append(f"h = np.stack([{', '.join(factors)}], axis=1)")
    else:
        lines.append("h = f")
    return lines


_BASE_FORMS = {"silu": "{x} / (1.0 + np.exp(-{x}))", "identity": "{x}"}


def _spline_text(layer: Layer, target: int, source: int) -> str:
    """One spline edge as an expression of column `source` of h."""
    part, values, x = layer.structure.part(target, source), layer.coefficients[target, source], f"h[:, {source}]"
    grid = layer.grid.parts[part].row(source)
    coefficients = _list(values[layer.grid.columns(part)])
    if grid.breaks is None:
        text = f"spline({float(grid.low)!r}, {float(grid.high)!r}, {grid.degree}, {coefficients}, {x})"
    else:
        text = f"uneven_spline({_list(grid.breaks[0])}, {grid.degree}, {coefficients}, {x})"
    if layer.grid.base is None:
        return text
    return f"{float(values[-1])!r} * ({_BASE_FORMS[layer.grid.base].format(x=x)}) + {text}"


def _list(values: Tensor) -> str:
    """A Python list of doubles with all digits."""
    return "[" + ", ".join(repr(float(value)) for value in values.to(torch.float64).tolist()) + "]"
