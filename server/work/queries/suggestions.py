"""Candidate forms for an edge, each with what it would do to the whole model."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kan_core.network.edge_curve import source_reach
from kan_core.network.edges import check_edge
from kan_core.primitives.library import get_primitive, short_name
from kan_core.suggestions.options import SuggestOptions
from kan_core.suggestions.suggest import entries_of
from kan_core.symbolic.affine_fit import AffineFit
from kan_core.symbolic.alike import Alike, flat
from kan_core.symbolic.decide import against, is_decided, order_by_error
from kan_core.symbolic.edge_errors import Measure
from kan_core.symbolic.validity import box_points, candidate_margin, node_range
from kan_core.symbolic.what_if import WhatIf
from server.contract.rest import Suggestion, Suggestions, WholeModel
from server.work.handlers.fitting import check_size
from server.work.query import SuggestionsQuery
from server.work.result import Material, WorkError
from server.work.situation import situation_of
from server.work.views.argument import argument_name
from server.work.views.box import box_of
from server.work.views.edge_forms import check_active
from server.work.views.network_view import edge_id
from server.work.views.own_functions import resolved
from server.work.views.spelling import Spelling, spelling_of

_FITS_R2 = 0.98
# Bits of evidence: an error 5 % larger, one twice as large, and one three times as large.
_NOTICED, _MUCH, _CLOSE = 0.85, 12.0, 19.0
_MEASURES: Mapping[Measure, str] = {"rmse": "error", "cross_entropy": "cross-entropy"}
# Names in a sentence; the list has all of them.
_MOST_NAMES = 4


@dataclass(frozen=True)
class _Verdict:
    text: str
    decided: bool


def suggestions(query: SuggestionsQuery, material: Material) -> Suggestions:
    """What `kan_core.suggest` says, by the session's objective, in words and numbers for the page.

    Raises:
        EdgeError: no such edge, or it is locked.
        PrimitiveError: a function of the library that does not exist.
        WorkError: the edge is pruned, or training cannot handle the network.
    """
    began = time.monotonic()
    situation = situation_of(material.network, material.table)
    edge = edge_id(query.edge)
    check_size(situation.network)
    if (edge.target, edge.source) in check_edge(situation.network, edge).structure.locked:
        raise WorkError("This edge is locked.", hint="Unlock it to see what it could be.")
    check_active(situation, edge)
    ends = node_range(situation.network, edge, box_points(box_of(situation.rows, query.low, query.high)))
    options = SuggestOptions(objective=situation.rows.objective)
    if query.library:
        allowed = tuple(resolved(situation.network, name) for name in query.library)
        options = replace(options, library=allowed, functions=())
    entries = entries_of(situation.network, situation.split, edge, replace(options, most=min(query.top, options.most)))
    verdict = _verdict(entries)
    argument, spelling = argument_name(situation.rows), spelling_of(situation, edge)
    reach = source_reach(situation.network, situation.trace, edge)
    return Suggestions(
        revision=material.revision or "",
        edge=query.edge,
        suggestions=[
            _suggestion(result, ends, argument, reach, spelling).model_copy(update={"entry": place})
            for place, entry in enumerate(entries)
            for result in flat([entry])
        ],
        verdict=verdict.text,
        decided=verdict.decided,
        seconds=time.monotonic() - began,
    )


def _suggestion(result: WhatIf, ends: tuple[float, float], argument: str, reach: float, spelling: Spelling) -> Suggestion:
    fit = result.fit
    on_box = candidate_margin(fit.primitive, fit.a, fit.b, ends)
    return Suggestion(
        primitive=fit.primitive,
        a=fit.a,
        b=fit.b,
        c=fit.c,
        d=fit.d,
        r2=max(min(fit.r2, 1.0), -1e12),
        complexity=fit.complexity,
        whole_model=_whole_model(result),
        text=spelling.text(fit.primitive, fit.constants),
        latex=spelling.latex(fit.primitive, fit.constants),
        domain_margin=fit.domain_margin,
        domain=get_primitive(fit.primitive).domain.describe(argument) if fit.domain_margin is not None else None,
        border_distance=None if fit.domain_margin is None else max(fit.domain_margin, 0.0) * reach,
        domain_note=domain_note(fit, argument),
        box_margin=on_box if on_box is None or math.isfinite(on_box) else None,
        box_note=_box_note(fit, on_box, argument),
        alike=list(result.alike),
    )


def _whole_model(result: WhatIf) -> WholeModel:
    if result.measure == "cross_entropy":
        return WholeModel(cross_entropy_before=result.error_before, cross_entropy_after=result.error_after)
    return WholeModel(test_rmse_before=result.error_before, test_rmse_after=result.error_after)


def domain_note(fit: AffineFit, argument: str) -> str:
    """Where the form is valid, in words."""
    margin = fit.domain_margin
    if margin is None:
        return "valid everywhere"
    domain = get_primitive(fit.primitive).domain.describe(argument)
    if margin <= 1e-9:
        return f"valid on all data, which reach the border of its domain ({domain})"
    if margin < 0.1:
        return f"valid on all data, but its border ({domain}) is only {100 * margin:.2g} % of their range away"
    return f"valid on all data; its border ({domain}) is {100 * margin:.3g} % of their range away"


def _box_note(fit: AffineFit, margin: float | None, argument: str) -> str:
    """Where the form is valid beyond the data, in words."""
    if margin is None or margin >= 0:
        return "valid on the whole box"
    return f"leaves its domain ({get_primitive(fit.primitive).domain.describe(argument)}) inside the box"


def _verdict(entries: Sequence[Alike]) -> _Verdict:
    """What the list means, in a sentence about its entries."""
    if not entries:
        return _Verdict("No elementary function follows this curve: keep the spline.", False)
    best = entries[0].leader
    name, before, after = short_name(best.fit.primitive), best.error_before, best.error_after
    measured, risen = _MEASURES[best.measure], best.after.over(best.before)
    if best.fit.r2 < _FITS_R2 and risen > _NOTICED:
        worse = f"{name}, the best, explains {100 * best.fit.r2:.3g} % of it"
        return _Verdict(f"No elementary function fits this curve well ({worse}): keep the spline.", False)
    first = name + _same_here(entries[0])
    if risen > _MUCH:
        text = f"{first} is the best, but with it the {measured} on held-out rows rises from {before:.3g} to {after:.3g}."
        return _Verdict(f"{text} Train or extend the grid first, or keep the spline.", False)
    ranked = [order_by_error(entry.members)[0] for entry in entries]
    if is_decided(ranked):
        if len(ranked) == 1:
            return _Verdict(f"{first} is decided: no other function describes this curve.", True)
        worse = _more(ranked[1:], ranked[0])
        return _Verdict(f"{first} is decided: with every other function the {measured} is at least {worse}.", True)
    errors = zip(entries[1:], ranked[1:], strict=True)
    near = [entry.leader for entry, other in errors if against(other, ranked[0].after) < _CLOSE]
    close = [short_name(leader.fit.primitive) for leader in near]
    if close:
        many = "fit" if len(close) > 1 else "fits"
        return _Verdict(f"{first} is the shortest of those that fit; {_list(close[:3])} {many} about as well.", False)
    return _Verdict(f"{first} fits best, but not by enough to be decided.", False)


def _same_here(entry: Alike) -> str:
    """`, the same here as cos,` for an entry of several functions."""
    names = [short_name(other.fit.primitive) for other in entry.others]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
    return f", the same here as {_list(names)}," if names else ""


def _more(rivals: Sequence[WhatIf], best: WhatIf) -> str:
    """How much worse the next one is."""
    if best.measure == "cross_entropy":
        return f"{min(other.error_after for other in rivals) - best.error_after:.3g} higher"
    return f"{_times(min(other.after.times(best.after) for other in rivals))} times larger"


def _times(factor: float) -> str:
    return f"{factor:.0f}" if factor < 1000 else f"{factor:.0e}".replace("e+0", "e").replace("e+", "e")


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
