"""Give an edge back to a spline."""

from __future__ import annotations

from kan_core.law.directions import holding
from kan_core.network.edits import set_spline as make_spline
from server.contract.actions import SetSpline
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
from server.work.views.network_view import edge_id


def set_spline(action: SetSpline, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """The edge's values stay what they are; a pruned edge starts at zero.

    Raises:
        WorkError: it is a spline already.
        EdgeError: no such edge, or it is locked.
    """
    situation = situation_of(parent, table)
    before = situation.network
    if before.law is not None:
        before = holding(before, before.law, situation.seen.inputs.double().numpy())
    network = make_spline(before, edge_id(action.edge), situation.trace)
    if network is before:
        raise WorkError("This edge is a spline already.")
    return finish(situation.with_network(network), "The edge is a spline again: train or refit to let it move.")
