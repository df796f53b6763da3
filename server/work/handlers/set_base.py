"""Another base function for all splines."""

from __future__ import annotations

from kan_core.network.rebase import set_base as rebase
from server.contract.actions import SetBase
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import check_size
from server.work.handlers.initialise import base_of
from server.work.handlers.sentences import digits
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of


def set_base(action: SetBase, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """The splines take up what the bases differ in; the message says how much is left of it.

    Raises:
        WorkError: the base is that already, no spline is left, or too many parameters.
        EdgeError: a locked spline has the old base.
    """
    situation = situation_of(parent, table)
    layers, base = situation.network.layers, base_of(action.base)
    if not any(layer.structure.has_splines for layer in layers):
        raise WorkError("There is no spline left that could have a base function.", hint="Give an edge back to a spline first.")
    if all(layer.grid.base == base for layer in layers):
        raise WorkError("The splines have no base function already." if base is None else f"The base is {base} already.")
    rebased = rebase(situation.network, base, situation.trace)
    check_size(rebased.network)
    change = f"Outputs changed by at most {digits(rebased.largest_change)} on the rows."
    return finish(situation.with_network(rebased.network), change)
