"""Candidate forms for an edge, each with what it would do to the whole model."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kan_core.ids import EdgeId
from kan_core.network.edges import check_edge
from kan_core.primitives.library import get_primitive, short_name
from kan_core.symbolic.affine_fit import AffineFit, candidate_names, fit_affine
from kan_core.symbolic.alike import Alike, flat, group_alike
from kan_core.symbolic.decide import is_decided, order_by_whole_model
from kan_core.symbolic.validity import box_points, candidate_margin, node_range
from kan_core.symbolic.what_if import WhatIf, what_if
from kan_core.training.data import Split
from server.contract.rest import Suggestion, Suggestions, WholeModel
from server.work.handlers.fitting import check_size
from server.work.query import SuggestionsQuery
from server.work.result import Material, WorkError
from server.work.situation import Situation, situation_of, some_rows
from server.work.views.argument import argument_name
from server.work.views.box import box_of
from server.work.views.edge_forms import edge_curve
from server.work.views.error_measures import spread
from server.work.views.form_text import form_latex, form_text
from server.work.views.network_view import edge_id

# Candidates whose effect on the whole model is computed, and how thoroughly.
MOST_TRIED = 8
_STEPS = 12
_ROWS = 1_000
# A fit that explains less than this of the curve is not a candidate.
_LEAST_R2 = 0.5
_FITS_R2 = 0.98
# Names in a sentence; the list has all of them.
_MOST_NAMES = 4


@dataclass(frozen=True)
class _Verdict:
    text: str
    decided: bool


def suggestions(query: SuggestionsQuery, material: Material) -> Suggestions:
    """Fit every primitive to the edge's curve, try the shortest descriptions in the whole model, best first.

    Raises:
        EdgeError: no such edge, or it is locked.
        WorkError: the edge is pruned, or training cannot handle the network.
    """
    began = time.monotonic()
    situation = situation_of(material.network, material.table)
    edge = edge_id(query.edge)
    check_size(situation.network)
    if (edge.target, edge.source) in check_edge(situation.network, edge).structure.locked:
        raise WorkError("This edge is locked.", hint="Unlock it to see what it could be.")
    ends = node_range(situation.network, edge, box_points(box_of(situation.rows, query.low, query.high)))
    most = min(query.top, MOST_TRIED)
    fits = _candidates(situation, edge, 2 * most)
    entries = _entries(situation, edge, _tried(situation, edge, fits[:most]))
    if len(entries) == 1 and len(fits) > most:
        # All are one function here: whether another one fits as well is not known yet.
        entries = _entries(situation, edge, _tried(situation, edge, fits))
    verdict = _verdict(entries, _deviation(situation))
    argument, reach = argument_name(situation.rows), _reach(situation, edge)
    return Suggestions(
        revision=material.revision or "",
        edge=query.edge,
        suggestions=[
            _suggestion(result, ends, argument, reach).model_copy(update={"entry": place})
            for place, entry in enumerate(entries)
            for result in flat([entry])
        ],
        verdict=verdict.text,
        decided=verdict.decided,
        seconds=time.monotonic() - began,
    )


def _candidates(situation: Situation, edge: EdgeId, most: int) -> list[AffineFit]:
    """The shortest descriptions of the edge's curve; a curve that does not vary has none."""
    curve = edge_curve(situation, edge)
    fits = fit_affine(curve.x, curve.y, curve.weight, candidate_names(situation.network))
    return [fit for fit in fits if fit.c != 0 and fit.r2 >= _LEAST_R2][:most]


def _fewer(situation: Situation) -> Split:
    """The rows of the refits, and all held-out ones."""
    return Split(some_rows(situation.split.train, _ROWS), situation.split.test)


def _tried(situation: Situation, edge: EdgeId, fits: Sequence[AffineFit]) -> list[WhatIf]:
    """The candidates ordered by the whole model; one that leaves its domain on the rows is left out."""
    results = what_if(situation.network, _fewer(situation), edge, fits, _STEPS, situation.rows.objective)
    ordered = order_by_whole_model(results, _deviation(situation))
    return [result for result in ordered if math.isfinite(result.test_rmse_after) and math.isfinite(result.test_rmse_before)]


def _entries(situation: Situation, edge: EdgeId, ordered: Sequence[WhatIf]) -> list[Alike]:
    """What is the same function on these rows is one entry."""
    return group_alike(situation.network, _fewer(situation), edge, ordered, situation.rows.objective)


def _reach(situation: Situation, edge: EdgeId) -> float:
    """How far the values that enter the edge reach, largest less smallest: of an input in its column's unit."""
    values = situation.trace.inputs[edge.layer][:, edge.source]
    values = values[torch.isfinite(values)]
    scale = float(situation.network.normalisation.input_scale[edge.source]) if edge.layer == 0 else 1.0
    return float(values.amax() - values.amin()) * scale


def _deviation(situation: Situation) -> float:
    return float(spread(torch.cat([situation.split.train.targets, situation.split.test.targets])).amax()) or 1.0


def _suggestion(result: WhatIf, ends: tuple[float, float], argument: str, reach: float) -> Suggestion:
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
        whole_model=WholeModel(test_rmse_before=result.test_rmse_before, test_rmse_after=result.test_rmse_after),
        text=form_text(fit.primitive, fit.constants),
        latex=form_latex(fit.primitive, fit.constants),
        domain_margin=fit.domain_margin,
        domain=get_primitive(fit.primitive).domain.describe(argument) if fit.domain_margin is not None else None,
        border_distance=None if fit.domain_margin is None else max(fit.domain_margin, 0.0) * reach,
        domain_note=domain_note(fit, argument),
        box_margin=on_box if on_box is None or math.isfinite(on_box) else None,
        box_note=_box_note(fit, on_box, argument),
        alike=list(result.alike),
    )


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


def _verdict(entries: Sequence[Alike], deviation: float) -> _Verdict:
    """What the list means, in a sentence about its entries."""
    if not entries:
        return _Verdict("No elementary function follows this curve: keep the spline.", False)
    best = entries[0].leader
    name, before, after = short_name(best.fit.primitive), best.test_rmse_before, best.test_rmse_after
    floor = 1e-9 * deviation
    if best.fit.r2 < _FITS_R2 and after > 1.05 * before + floor:
        worse = f"{name}, the best, explains {100 * best.fit.r2:.3g} % of it"
        return _Verdict(f"No elementary function fits this curve well ({worse}): keep the spline.", False)
    first = name + _same_here(entries[0])
    if after > 2 * before + floor:
        text = f"{first} is the best, but with it the error on held-out rows rises from {before:.3g} to {after:.3g}."
        return _Verdict(f"{text} Train or extend the grid first, or keep the spline.", False)
    ranked = [min(entry.members, key=lambda member: member.test_rmse_after) for entry in entries]
    if is_decided(ranked, deviation):
        if len(ranked) == 1:
            return _Verdict(f"{first} is decided: no other function describes this curve.", True)
        times = min(other.test_rmse_after for other in ranked[1:]) / max(ranked[0].test_rmse_after, 1e-12 * deviation)
        return _Verdict(
            f"{first} is decided: with every other function the error is at least {_times(times)} times larger.", True
        )
    errors = zip(entries[1:], ranked[1:], strict=True)
    close = [short_name(entry.leader.fit.primitive) for entry, other in errors if other.test_rmse_after < 3 * after + floor]
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


def _times(factor: float) -> str:
    return f"{factor:.0f}" if factor < 1000 else f"{factor:.0e}".replace("e+0", "e").replace("e+", "e")


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
