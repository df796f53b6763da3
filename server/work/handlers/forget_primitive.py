"""Take a function of one's own from the list. Edges that have it keep it, since its name says what it is."""

from __future__ import annotations

from dataclasses import replace

from kan_core.primitives.library import short_name
from server.contract.actions import ForgetPrimitive
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.sentences import plural, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
from server.work.views.own_functions import own_function


def forget_primitive(action: ForgetPrimitive, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """The same network without the function among the person's own.

    Raises:
        WorkError: there is no such function.
    """
    situation = situation_of(parent, table)
    network = situation.network
    gone = next((name for name in network.functions if action.name.strip() in (name, short_name(name))), None)
    if gone is None:
        known = ", ".join(map(short_name, network.functions)) or "none"
        raise WorkError(f"There is no function of yours called '{action.name[:80]}'.", hint=f"Yours are: {known}.")
    left = tuple(name for name in network.functions if name != gone)
    uses = own_function(gone, network).edges
    kept = "" if uses == 0 else f"{plural(uses, 'edge')} {'keeps' if uses == 1 else 'keep'} it."
    return finish(situation.with_network(replace(network, functions=left)), sentences(f"{short_name(gone)} is forgotten.", kept))
