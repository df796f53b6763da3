"""Put a layer in without changing the function."""

from __future__ import annotations

from kan_core.network.widen import deepen as more_layers
from server.contract.actions import Deepen
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import check_size
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of

MOST_LAYERS = 7


def deepen(action: Deepen, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """One layer more, of splines that hand their values on.

    Raises:
        WorkError: the network is deep enough, or would have too many parameters.
        EdgeError: no such place.
    """
    situation = situation_of(parent, table)
    if len(situation.network.layers) >= MOST_LAYERS:
        raise WorkError(f"This network has {MOST_LAYERS} layers already, as many as are supported.", hint="Widen it instead.")
    deeper = more_layers(situation.network, action.position, situation.trace)
    check_size(deeper)
    return finish(situation.with_network(deeper), "One layer more; the function is as before until training uses it.")
