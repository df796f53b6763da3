"""Refit constants, and splines when asked, without sparsity."""

from __future__ import annotations

from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.parameters import free_parameters
from server.contract.actions import Refit
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import refit as fit
from server.work.handlers.sentences import change_sentence, fit_sentence, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
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
    options = LevenbergMarquardtOptions(steps=action.steps, splines=action.splines, tolerance=_TOLERANCE)
    fitted = fit(situation, options, emit, control)
    result = situation.with_network(fitted.network)
    change = change_sentence(metrics(situation), metrics(result))
    return finish(
        result, sentences(fit_sentence(fitted), change), losses=fitted.losses, cancelled=fitted.cancelled, simplify=True
    )
