"""How an edge is written for people: in its column's name and unit, hidden nodes by symbol, outputs in the target's unit."""

from __future__ import annotations

from typing import NamedTuple

from kan_core.ids import EdgeId
from kan_core.primitives.library import get_primitive
from server.work.situation import Situation
from server.work.views.form_text import form_latex, form_text
from server.work.views.names import node_names

Constants = tuple[float, float, float, float]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# A shift that is this small beside its parts is what rounding left of none.
_ROUNDING = 1e-9


class Spelling(NamedTuple):
    """What an edge's constants are told in.

    Attributes:
        name: of what enters the edge; a hidden node's as its symbol.
        latex_name: the same as columns are typeset.
        shift, scale: its own value is shift + scale · the network's.
        out_scale: what leaves the edge is so many times the network's.
    """

    name: str
    latex_name: str
    shift: float = 0.0
    scale: float = 1.0
    out_scale: float = 1.0

    def text(self, primitive: str, constants: Constants) -> str:
        """For example `0.117 sin(3.14 theta) - 0.331`."""
        return form_text(primitive, self.told(primitive, constants), self.name)

    def latex(self, primitive: str, constants: Constants) -> str:
        """The same as LaTeX."""
        return form_latex(primitive, self.told(primitive, constants), self.latex_name)

    def told(self, primitive: str, constants: Constants) -> Constants:
        """c·f(a·x + b) + d in the network's units → in those of people; a plain power has one factor only."""
        a, b, c, d = constants
        slope, moved = a / self.scale, a * self.shift / self.scale
        offset = b - moved
        if abs(offset) <= _ROUNDING * (abs(b) + abs(moved)):
            offset = 0.0
        factor = c * self.out_scale
        exponent = get_primitive(primitive).exponent
        if offset == 0 and exponent is not None and exponent != 0 and (slope > 0 or float(exponent).is_integer()):
            factor, slope = factor * slope**exponent, 1.0
        return slope, offset, factor, d * self.out_scale


def spelling_of(situation: Situation, edge: EdgeId) -> Spelling:
    """The spelling of an edge of a session's network."""
    network, rows = situation.network, situation.rows
    name = node_names(network.shape, rows.inputs, rows.targets)[edge.layer][edge.source]
    units = network.normalisation
    last = edge.layer == len(network.layers) - 1
    owner = network.layers[edge.layer].structure.node_of_subnode[edge.target]
    # A factor of a product has no unit of its own.
    whole = last and network.layers[-1].structure.nodes[owner].kind == "sum"
    out = float(units.target_scale[owner]) if whole else 1.0
    if edge.layer > 0:
        return Spelling(name.translate(_SUBSCRIPTS), name, out_scale=out)
    return Spelling(name, name, float(units.input_shift[edge.source]), float(units.input_scale[edge.source]), out)
