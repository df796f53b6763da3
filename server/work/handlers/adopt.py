"""Take another formula from the front of a search. The session hands its network over as the one to start from."""

from __future__ import annotations

from server.contract.actions import Adopt
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.result import Result, TableData
from server.work.situation import situation_of


def adopt(action: Adopt, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """The network of the front, as it was found."""
    return finish(situation_of(parent, table), f"Formula {action.index + 1} of the search's front.")
