"""The layers of a network as numpy source: coefficients as tables, one small evaluator for all splines.

The evaluator is the Cox-de Boor recursion on uniform knots with linear continuation outside, which is what the network
itself computes in another way.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.export.numpy_printer import helper_lines
from kan_core.layers.layer import Layer
from kan_core.network.network import Network

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

_FORMS = {
    "constant": "np.ones_like({u})",
    "x": "{u}",
    "sqrt": "np.sqrt({u})",
    "x^1.5": "{u} ** 1.5",
    "1/sqrt": "1.0 / np.sqrt({u})",
    "abs": "np.abs({u})",
    "sgn": "np.sign({u})",
    "x*log(x)": "{u} * np.log({u})",
    "gaussian": "np.exp(-({u} ** 2))",
    "sigmoid": "1.0 / (1.0 + np.exp(-{u}))",
    "softplus": "np.logaddexp({u}, 0.0)",
    "sech": "1.0 / np.cosh({u})",
    "erf": "erf({u})",
    "sinc": "sinc({u})",
    "J0": "bessel(0, {u})",
    "J1": "bessel(1, {u})",
    **{f"x^{n}": f"{{u}} ** {n}" for n in (2, 3, 4, 5)},
    "1/x": "1.0 / {u}",
    **{f"1/x^{n}": f"1.0 / {{u}} ** {n}" for n in (2, 3, 4, 5)},
}


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
    return [*helper_lines(body), *_SPLINE.splitlines(), *definition]


def _layer_lines(layer: Layer, index: int) -> list[str]:
    """Statements that turn `h`, (rows, inputs), into the next node values."""
    lines = [f"# layer {index}", f"f = np.zeros((len(h), {layer.targets}))"]
    low, high = layer.grid.low.tolist(), layer.grid.high.tolist()
    for target, source in torch.nonzero(layer.structure.spline).tolist():
        coefficients = _list(layer.coefficients[target, source])
        ends = f"{low[source]!r}, {high[source]!r}, {layer.grid.degree}"
        lines.append(f"f[:, {target}] += spline({ends}, {coefficients}, h[:, {source}])")
    for edge, (a, b, c, d) in zip(layer.structure.symbolic, layer.constants.tolist(), strict=True):
        u = f"({a!r} * h[:, {edge.source}] + {b!r})"
        form = _FORMS.get(edge.primitive, f"np.{edge.primitive}({{u}})").format(u=u)
        lines.append(f"f[:, {edge.target}] += {c!r} * ({form}) + {d!r}")
    if layer.structure.has_products:
        factors = [
            f"f[:, {first}:{first + node.arity}].prod(axis=1)"
            for node, first in zip(layer.structure.nodes, layer.structure.first_subnode, strict=True)
        ]
        lines.append(f"h = np.stack([{', '.join(factors)}], axis=1)")
    else:
        lines.append("h = f")
    return lines


def _list(values: Tensor) -> str:
    """A Python list of doubles with all digits."""
    return "[" + ", ".join(repr(float(value)) for value in values.to(torch.float64).tolist()) + "]"
