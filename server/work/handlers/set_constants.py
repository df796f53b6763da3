"""Change constants of the law, refit the free ones, and let the network follow."""

from __future__ import annotations

import math

from kan_core.expression.law import Law
from kan_core.expression.writing import written
from kan_core.law import edits
from kan_core.law.making import without_trivial
from kan_core.law.terms import term_named, without
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from server.contract.actions import SetConstants
from server.contract.base import ConstantChange
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import refit
from server.work.handlers.sentences import change_sentence, plural, sentences, stopped_sentence
from server.work.lawful import following, law_of
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
from server.work.views.metrics import metrics


def set_constants(action: SetConstants, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """The law with what was asked for, its free constants fitted again, and the network that says it.

    Raises:
        WorkError: there is no law, nothing is asked for, or a constant is named twice.
        FormulaError: no such constant, a text that is no number, or locked edges keep the network from following.
    """
    situation = situation_of(parent, table)
    law = law_of(situation)
    _check_asked(action)
    # Terms are those of the law as it was looked at, so they go first.
    edited = without(law, tuple(action.drop_terms)) if action.drop_terms else law
    for change in action.changes:
        edited = _changed(edited, change, situation.rows.inputs)
    edited = without_trivial(edits.drop(edited, action.drop) if action.drop else edited)
    result = following(situation, edited)
    cancelled = False
    if action.refit and edited.free:
        fitted = refit(result, LevenbergMarquardtOptions(), emit, control)
        result, cancelled = situation.with_network(fitted.network), fitted.cancelled
    change = change_sentence(metrics(situation), metrics(result))
    message = sentences(stopped_sentence(cancelled=cancelled), _said(action, law, edited, situation.rows.inputs), change)
    return finish(result, message, cancelled=cancelled)


def _check_asked(action: SetConstants) -> None:
    names = [*(change.name for change in action.changes), *action.drop]
    if not names and not action.drop_terms:
        raise WorkError("No constant is named.", hint="Name one in changes or drop; GET …/constants lists them.")
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise WorkError(f"The constant '{twice}' is named twice.", hint="Say all that is to become of it in one change.")


def _changed(law: Law, change: ConstantChange, columns: tuple[str, ...]) -> Law:
    """Bounds first, so that a value may be one that they allow from now on."""
    name = change.name
    if change.bounds is not None:
        low, high = change.bounds.low, change.bounds.high
        law = edits.set_bounds(law, name, -math.inf if low is None else low, math.inf if high is None else high)
    if change.value is not None:
        law = edits.set_value(law, name, change.value)
    if change.exact is not None:
        law = edits.set_exact(law, name, change.exact)
    if change.state is not None:
        law = edits.free(law, name) if change.state == "free" else edits.fix(law, name)
    if change.unit is not None:
        law = edits.set_unit(law, name, change.unit)
    if change.same_as is not None:
        return edits.tie(law, name, change.same_as)
    return law if change.rename is None else edits.rename(law, name, change.rename, columns)


def _said(action: SetConstants, before: Law, after: Law, columns: tuple[str, ...]) -> str:
    """What became of the constants: `c1 is pi, was 3.141; c3 dropped`."""
    parts = [
        f"{each.name} is {each.exact}, was {before[each.name].value:.4g}" for each in action.changes if each.exact is not None
    ]
    parts += [f"{each.name} fixed at {after[each.name].value:.6g}" for each in action.changes
              if each.state == "fixed" and each.rename is None and each.same_as is None and each.name in after.names]  # fmt: skip
    if action.drop:
        parts.append(f"{', '.join(action.drop[:5])}{' …' if len(action.drop) > 5 else ''} dropped")
    parts += [f"{written(term_named(before, name).tree, columns)} dropped" for name in action.drop_terms]
    shown = parts[:3] + ([f"{len(parts) - 3} more"] if len(parts) > 3 else [])
    text = "; ".join(shown) or f"{plural(len(action.changes), 'constant')} changed"
    return f"{text}."
