"""Whether the formula stays inside the domains of its functions, on the data and on a box."""

from __future__ import annotations

import math

from kan_core.primitives.library import get_primitive, short_name
from kan_core.symbolic.validity import EdgeValidity, edge_validities
from server.contract.rest import DomainCheck, Validity
from server.work.query import ValidityQuery
from server.work.result import Material
from server.work.situation import situation_of
from server.work.views.argument import argument_name
from server.work.views.box import box_of
from server.work.views.network_view import edge_of


def validity(query: ValidityQuery, material: Material) -> Validity:
    """Margins of every function with a border, worst first.

    Raises:
        DataError: the numbers do not make a box.
    """
    situation = situation_of(material.network, material.table)
    rows = situation.rows
    box = box_of(rows, query.low, query.high)
    checks = edge_validities(situation.network, rows.split.every.inputs, box)
    worst = [check for check in checks if check.on_box < 0]
    argument = argument_name(rows)
    return Validity(
        revision=material.revision or "",
        inputs=list(rows.inputs),
        low=list(box.low),
        high=list(box.high),
        given=bool(query.low),
        checks=[_check(check, argument) for check in checks],
        holds=not worst,
        text=_text(worst[0], argument) if worst else "Every function stays inside its domain on the whole box.",
    )


def _check(check: EdgeValidity, argument: str) -> DomainCheck:
    return DomainCheck(
        edge=edge_of(check.edge),
        primitive=check.primitive,
        domain=get_primitive(check.primitive).domain.describe(argument),
        margin_data=_finite(check.on_data),
        margin_box=_finite(check.on_box),
        text=_text(check, argument) if check.on_box < 0 else f"{short_name(check.primitive)} stays inside its domain.",
    )


def _text(check: EdgeValidity, argument: str) -> str:
    """For example `log leaves its domain (u > 0) inside the box: its argument u goes from -0.3 to 4.2`, with a full stop."""
    domain = get_primitive(check.primitive).domain.describe(argument)
    low, high = check.box_range
    runs = f": its argument {argument} goes from {low:.3g} to {high:.3g}" if math.isfinite(low) else ""
    return f"{short_name(check.primitive)} leaves its domain ({domain}) inside the box{runs}."


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
