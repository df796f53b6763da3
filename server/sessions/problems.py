"""What sessions answer when something cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.contract.problems import Problem, problem

if TYPE_CHECKING:
    from server.sessions.ticket import Ticket


def stale_revision(head: str) -> Problem:
    """The action was decided on a revision that is no longer the head."""
    hint = "Look at the present revision, then ask again."
    stale = problem("stale_revision", "Another revision has become the head since this was decided.", hint=hint)
    return stale.model_copy(update={"head": head})


def busy(detail: str, hint: str) -> Problem:
    """Not now."""
    return problem("busy", detail, hint=hint)


def head_in_use(running: Ticket | None) -> Problem:
    """The head stays where it is while an action runs on it."""
    if running is None or not running.paused:
        return busy("An action is running.", "Cancel it first, or wait for its end.")
    return busy(f"“{running.action.label()}” is paused on this revision.", _GO_ON)


def queue_full(most: int, running: Ticket | None) -> Problem:
    """As many actions as may wait do so."""
    if running is None or not running.paused:
        return busy(f"{most} actions wait already.", "Wait until some have ended.")
    return busy(f"{most} actions wait already, behind “{running.action.label()}”, which is paused.", _GO_ON)


_GO_ON = "Go on with it, or cancel it: its best state so far is kept."


def no_such_session(session: str) -> Problem:
    """An unknown session."""
    return problem("not_found", f"There is no session {session}.", hint="It may have been deleted; GET /sessions lists them.")


def deleted(session: str) -> Problem:
    """A session that somebody deleted while others looked at it."""
    return problem("not_found", f"Session {session} was deleted.", hint="Start a new one.")


def no_such_revision(revision: str) -> Problem:
    """An unknown revision."""
    return problem("not_found", f"There is no revision {revision} in this session.")


def no_front(revision: str) -> Problem:
    """A revision that no search made."""
    return problem("not_found", f"Revision {revision} has no front.", hint="Name a revision that a search made.")


def no_front_point(count: int) -> Problem:
    """A place beyond the end of a front."""
    return problem("not_found", f"The front of this search has {count} formulas, counted from 0.")


def no_such_action(action: str) -> Problem:
    """An unknown action."""
    return problem("not_found", f"There is no action {action} in this session.")


def repeated_key() -> Problem:
    """An idempotency key used for two different requests."""
    return problem(
        "bad_request", "This Idempotency-Key was used for a different request.", hint="Use a new key for every new request."
    )


def fault() -> Problem:
    """A fault of the program."""
    return problem("internal", "The server ran into a fault; its log has the details.", hint="The session is as it was before.")
