"""What whoever comes to a session is told of actions that ended while nobody looked."""

from __future__ import annotations

from server.contract.events import Notice
from server.sessions.history import History
from server.store.actions import StoredAction


def notice_of(action: StoredAction, history: History) -> Notice:
    """That the server's end took an action with it, or that a pause was ended because nobody came back to it."""
    if not action.kept:
        text = f"The server was interrupted during “{action.label}”; that action was lost. Everything before it is kept."
        return Notice(code="interrupted", text=text)
    made = next((each for each in history.summaries() if each.id == action.revision), None)
    kept = "there was nothing to keep yet" if made is None else f"its best state is kept as revision {made.number}"
    text = f"“{action.label}” was paused and nobody went on with it, so it was ended; {kept}."
    return Notice(code="pause_ended", text=text)
