"""Make an edge a primitive c·f(a·x + b) + d, then refit everything else."""

from __future__ import annotations

from kan_core.network.edits import hold
from kan_core.network.edits import set_symbolic as set_form
from kan_core.primitives.library import short_name
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from server.contract.actions import SetSymbolic
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import refit
from server.work.handlers.sentences import change_sentence, sentences, stopped_sentence
from server.work.result import Result, TableData
from server.work.situation import situation_of
from server.work.views.edge_forms import constants_for
from server.work.views.metrics import metrics
from server.work.views.network_view import edge_id
from server.work.views.own_functions import with_function
from server.work.views.r2_text import r2_text


def set_symbolic(action: SetSymbolic, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Set the form; constants that are not given are fitted to the edge's present curve.

    Raises:
        WorkError: the function is not defined on the edge's data.
        EdgeError: no such edge, or it is locked.
        PrimitiveError: no such function.
    """
    situation = situation_of(parent, table)
    edge = edge_id(action.edge)
    form = constants_for(situation, edge, action.primitive, (action.a, action.b, action.c, action.d))
    network = with_function(set_form(situation.network, edge, form.primitive, form.constants), form.primitive)
    if action.hold:
        network = hold(network, edge, [place for place, name in enumerate("abcd") if getattr(action, name) is not None])
    symbolic = situation.with_network(network)
    fitted = refit(symbolic, LevenbergMarquardtOptions(steps=action.refit), emit, control)
    result = situation.with_network(fitted.network)
    message = sentences(
        stopped_sentence(cancelled=fitted.cancelled),
        f"{short_name(form.primitive)} with {r2_text(form.r2)} on the edge.",
        change_sentence(metrics(situation), metrics(result)),
    )
    return finish(result, message, losses=fitted.losses, cancelled=fitted.cancelled)
