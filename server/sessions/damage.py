"""What is said when bytes that a session needs are damaged or gone: which ones, and what still works.

Blobs are verified wherever they are read, in workers too; the problem that comes back names the blob only. Here it is
recognised among those of a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from server.contract.problems import Problem
from server.contract.views import DatasetView
from server.store.blobs import BlobDirectory
from server.store.revisions import StoredRevision

if TYPE_CHECKING:
    from server.sessions.session import Session


async def explained(session: Session, found: Problem, revisions: Iterable[StoredRevision]) -> Problem:
    """A problem in the words of a session: one about a damaged blob names the dataset, or which of `revisions` it belongs to."""
    if found.code != "damaged" or found.blob is None:
        return found
    if found.blob == session.dataset.table_key:
        return damaged_dataset(found, session.dataset.view)
    for revision in revisions:
        if found.blob in (revision.network_key, revision.table_key):
            return await _damaged_revision(session, found, revision)
    return found


def damaged_dataset(found: Problem, dataset: DatasetView) -> Problem:
    """The table of a dataset cannot be used; the same bytes put it right, wherever they come from."""
    detail = f"The rows of the dataset “{dataset.name}” cannot be used: {_reason(found)}."
    again = "Solve the same equations again" if dataset.equations else f"Upload “{dataset.name}” again as before"
    if dataset.source is not None:
        again = f"Open the sample “{dataset.name}” again"
    hint = f"{again}: that puts it right for all sessions on it. Formulas and histories can be read meanwhile."
    return found.model_copy(update={"detail": detail, "hint": hint})


def damaged_front(found: Problem, revision: StoredRevision) -> Problem:
    """The front of a search cannot be used; the revision can."""
    detail = f"The formulas that the search of {_named(revision)} found cannot be used: {_reason(found)}."
    hint = "The formula that it took and everything else is sound; search again for the others."
    return found.model_copy(update={"detail": detail, "hint": hint})


async def _damaged_revision(session: Session, found: Problem, revision: StoredRevision) -> Problem:
    what = "network" if found.blob == revision.network_key else "values"
    detail = f"The {what} of {_named(revision)} cannot be used: {_reason(found)}."
    sound = await _last_sound(session, revision)
    if sound is None:
        still = f"No revision before it is sound; begin anew on the dataset “{session.dataset.view.name}”"
    else:
        still = f"Go back to {_named(sound)}, the last before it that is sound"
    hint = f"{still}. The formula and figures of {_named(revision)} can still be read and copied."
    return found.model_copy(update={"detail": detail, "hint": hint})


async def _last_sound(session: Session, revision: StoredRevision) -> StoredRevision | None:
    """The nearest ancestor whose network and rows are as they were stored."""
    parent = revision.view.parent
    while parent is not None:
        candidate = await session.revision(parent)
        if await asyncio.to_thread(_sound, session.blobs, candidate):
            return candidate
        parent = candidate.view.parent
    return None


def _sound(blobs: BlobDirectory, revision: StoredRevision) -> bool:
    return all(blobs.sound(key) for key in (revision.network_key, revision.table_key) if key is not None)


def _named(revision: StoredRevision) -> str:
    return f"revision {revision.view.number} (“{revision.view.label}”)"


def _reason(found: Problem) -> str:
    """What is wrong with the file, as the store says it; which file it is stands in `blob`."""
    return found.detail.rstrip(".").replace(f"The kept file {found.blob}", "its file", 1)
