"""Represent every spline on a finer (or coarser) grid, then train without sparsity."""

from __future__ import annotations

from kan_core.network.edits import extend_grid as extend
from kan_core.training.data import largest_spread
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from server.contract.actions import ExtendGrid
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import check_size, refit
from server.work.handlers.sentences import change_sentence, fit_sentence, overfit_sentence, plural, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
from server.work.views.metrics import metrics
from server.work.views.network_view import edge_id


def extend_grid(action: ExtendGrid, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """All splines, or the named ones, on `intervals` pieces.

    Raises:
        WorkError: no splines left, or too many parameters.
        EdgeError: a named edge is no spline, or locked.
    """
    situation = situation_of(parent, table)
    if not any(layer.structure.has_splines for layer in situation.network.layers):
        raise WorkError("There is no spline left whose grid could be changed.", hint="Refit the constants instead.")
    before = metrics(situation)
    finer = situation.with_network(extend(situation.network, action.intervals, map(edge_id, action.edges)))
    check_size(finer.network)
    fitted = refit(finer, LevenbergMarquardtOptions(steps=action.steps), emit, control)
    trained = finer.with_network(fitted.network)
    after = metrics(trained)
    message = sentences(
        f"{action.intervals} intervals {_where(action)}.",
        fit_sentence(fitted) if action.steps else "",
        change_sentence(before, after),
        overfit_sentence(after, largest_spread(situation.split.train)),
    )
    return finish(trained, message, losses=fitted.losses, cancelled=fitted.cancelled)


def _where(action: ExtendGrid) -> str:
    return f"on {plural(len(set(action.edges)), 'edge')}; the others keep theirs" if action.edges else "per spline"
