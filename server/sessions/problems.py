"""What sessions answer when something cannot be done."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from server.contract.problems import Problem, problem
from server.contract.storage import SessionName
from server.store.disk import DiskFullError, keeping

_NAMED = 5


@contextmanager
def storing(kept: str) -> Generator[None]:
    """What is done in this block is stored. Should the disk be full, the problem says what there still is."""
    try:
        yield
    except DiskFullError as error:
        raise keeping(error, kept) from error


def stale_revision(head: str) -> Problem:
    """The action was decided on a revision that is no longer the head."""
    hint = "Look at the present revision, then ask again."
    stale = problem("stale_revision", "Another revision has become the head since this was decided.", hint=hint)
    return stale.model_copy(update={"head": head})


def busy(detail: str, hint: str) -> Problem:
    """Not now."""
    return problem("busy", detail, hint=hint)


def no_such_session(session: str) -> Problem:
    """An unknown session."""
    return problem("not_found", f"There is no session {session}.", hint="It may have been deleted; GET /sessions lists them.")


def deleted(session: str) -> Problem:
    """A session that somebody deleted while others looked at it."""
    hint = "POST /sessions/{id}/restore brings it back for a while; the start page lists it under “Deleted”."
    return problem("not_found", f"Session {session} was deleted.", hint=hint.replace("{id}", session))


def no_such_dataset(dataset: str) -> Problem:
    """An unknown dataset."""
    return problem("not_found", f"There is no dataset {dataset}.", hint="Upload it, or take a sample.")


def not_restorable(what: str) -> Problem:
    """Something that was erased, or never was."""
    return problem("not_found", f"There is no {what} any more.", hint="What was deleted can be restored for a while only.")


def in_use(dataset: str, sessions: list[SessionName]) -> Problem:
    """A dataset that sessions are on."""
    names = ", ".join(f"“{session.name}”" for session in sessions[:_NAMED])
    more = f" and {len(sessions) - _NAMED} more" if len(sessions) > _NAMED else ""
    count = "1 session is" if len(sessions) == 1 else f"{len(sessions)} sessions are"
    hint = "Delete them first, or with it: with_sessions=true. Both can be undone for a while."
    return problem("in_use", f"{count} on “{dataset}”: {names}{more}.", hint=hint)


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
