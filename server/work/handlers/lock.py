"""Lock edges, so that training and edits leave them alone, or unlock them."""

from __future__ import annotations

from kan_core.network.edits import lock as lock_edges
from server.contract.actions import Lock
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.sentences import plural
from server.work.result import Result, TableData
from server.work.situation import situation_of
from server.work.views.network_view import edge_id


def lock(action: Lock, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """Lock or unlock.

    Raises:
        EdgeError: no such edge.
    """
    situation = situation_of(parent, table)
    edges = {edge_id(edge) for edge in action.edges}
    network = lock_edges(situation.network, edges, action.locked)
    message = f"{plural(len(edges), 'edge')} {'locked' if action.locked else 'unlocked'}."
    return finish(situation.with_network(network), message)
