"""Refit constants, and splines when asked, without sparsity."""

from __future__ import annotations

import numpy as np

from kan_core.symbolic.exact import holds_exact
from kan_core.symbolic.snap import snap_constants
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.parameters import free_parameters
from server.contract.actions import Refit
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import refit as fit
from server.work.handlers.sentences import change_sentence, fit_sentence, sentences
from server.work.handlers.snap import moved
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, situation_of
from server.work.views.formula_view import write_of
from server.work.views.metrics import metrics

# Constants go on to rounding: a step that gains a billionth is still worth taking.
_TOLERANCE = 1e-9


def refit(action: Refit, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Levenberg-Marquardt on the constants of symbolic edges, or on everything.

    Raises:
        WorkError: there is nothing to refit.
    """
    situation = situation_of(parent, table)
    if free_parameters(situation.network, splines=action.splines).count(situation.network) == 0:
        if action.splines:
            raise WorkError("There is nothing to refit.", hint="Unlock an edge or give it back to a spline.")
        raise WorkError(
            "There are no constants to refit.",
            hint="Accept a suggestion first, or use Refit, which moves the splines too.",
        )
    if situation.network.exact and not situation.rows.classes:
        kept = _keeping_exact(situation)
        if kept is not None:
            return kept
    options = LevenbergMarquardtOptions(steps=action.steps, splines=action.splines, tolerance=_TOLERANCE)
    fitted = fit(situation, options, emit, control)
    result = situation.with_network(fitted.network)
    change = change_sentence(metrics(situation), metrics(result))
    return finish(
        result, sentences(fit_sentence(fitted), change), losses=fitted.losses, cancelled=fitted.cancelled, simplify=True
    )


def _keeping_exact(situation: Situation) -> Result | None:
    """The formula's decimal constants refitted, its exact numbers held; None when the formula has splines or no exact number."""
    formula = write_of(situation)
    if not formula.symbolic or formula.hidden or not holds_exact(formula.expressions, situation.network.exact):
        return None
    with np.errstate(all="ignore"):
        fitted = snap_constants(formula.expressions, {}, situation.split)
    result = situation.with_network(moved(situation, fitted, situation.network.exact))
    change = change_sentence(metrics(situation), metrics(result))
    return finish(result, sentences("Refitted with the snapped constants held.", change))
