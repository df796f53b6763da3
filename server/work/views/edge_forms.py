"""The curve of one edge as points to fit, and the constants that make a primitive follow it."""

from __future__ import annotations

from typing import NamedTuple

from kan_core.ids import EdgeId
from kan_core.network.edges import check_edge
from kan_core.primitives.library import get_primitive, short_name
from kan_core.suggestions.curve import EdgeCurve
from kan_core.suggestions.curve import edge_curve as sampled
from kan_core.suggestions.form import form_r2, outer_constants
from kan_core.suggestions.options import SuggestOptions
from kan_core.symbolic.affine_fit import fit_affine
from server.work.result import WorkError
from server.work.situation import Rows, Situation
from server.work.views.argument import argument_name
from server.work.views.own_functions import resolved

POINTS = SuggestOptions().points

Given = tuple[float | None, float | None, float | None, float | None]


class Form(NamedTuple):
    """c·f(a·x + b) + d with its R² on the edge's curve."""

    primitive: str
    constants: tuple[float, float, float, float]
    r2: float


def check_active(situation: Situation, edge: EdgeId) -> None:
    """Refuse an edge that has no curve.

    Raises:
        EdgeError: no such edge.
        WorkError: the edge is pruned.
    """
    if check_edge(situation.network, edge).structure.kind(edge.target, edge.source) == "zero":
        raise WorkError("This edge is pruned.", hint="Give it back to a spline first.")


def edge_curve(situation: Situation, edge: EdgeId, points: int = POINTS) -> EdgeCurve:
    """An edge over the range of its source node, weighed by the rows.

    Raises:
        EdgeError: no such edge, or no row reaches it.
        WorkError: the edge is pruned.
    """
    check_active(situation, edge)
    return sampled(situation.network, situation.trace, edge, points)


def constants_for(situation: Situation, edge: EdgeId, primitive: str, given: Given) -> Form:
    """Constants of a primitive on an edge: those given stay, the others are fitted to the edge's curve.

    Raises:
        EdgeError: no such edge.
        PrimitiveError: no such function.
        WorkError: the function is not defined on the edge's data.
    """
    name = resolved(situation.network, primitive)
    a, b, c, d = given
    if a is not None and b is not None and c is not None and d is not None:
        layer = check_edge(situation.network, edge)
        zero = layer.structure.kind(edge.target, edge.source) == "zero"
        return Form(name, (a, b, c, d), 0.0 if zero else form_r2(edge_curve(situation, edge), name, (a, b, c, d)))
    curve = edge_curve(situation, edge)
    if a is None or b is None:
        fits = fit_affine(curve.x, curve.y, curve.weight, [name])
        if not fits:
            raise _undefined(situation.rows, name)
        fitted = fits[0]
        a, b = fitted.a if a is None else a, fitted.b if b is None else b
    outer = outer_constants(curve, name, (a, b), (c, d))
    if outer is None:
        raise _undefined(situation.rows, name)
    return Form(name, (a, b, *outer), form_r2(curve, name, (a, b, *outer)))


def _undefined(rows: Rows, name: str) -> WorkError:
    domain = get_primitive(name).domain.describe(argument_name(rows))
    return WorkError(
        f"{short_name(name)} is not defined on this edge's data ({domain}).", hint="Choose another function or other constants."
    )
