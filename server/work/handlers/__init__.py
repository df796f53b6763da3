"""One handler a file for every kind of action, found by its name: from the parent's network to the next revision's."""

from __future__ import annotations

from collections.abc import Mapping

from server.contract.actions import ACTIONS
from server.work.by_name import by_name
from server.work.control import Handler

HANDLERS: Mapping[str, Handler] = by_name(__name__, ACTIONS)
