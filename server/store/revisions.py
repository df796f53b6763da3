"""Revisions kept: written once, with their blobs, before anybody is told of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import update

from server.contract.coding import pack, unpack
from server.contract.events import Curves
from server.contract.views import FrontPoint, RevisionSummary, RevisionView
from server.store.blobs import BlobDirectory
from server.store.clock import now
from server.store.database import Database
from server.store.tables import ActionRow, RevisionRow, SessionRow, figures_of


@dataclass(frozen=True, slots=True)
class NewRevision:
    """Everything a revision is made of; `table` are rows of its own, `table_key` those it takes over from its parent."""

    session: str
    action: str
    view: RevisionView
    summary: RevisionSummary
    network: bytes
    curves: Curves
    front: tuple[tuple[FrontPoint, bytes], ...] = ()
    table: bytes | None = None
    table_key: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFront:
    """The front of a search and the network of each entry."""

    points: tuple[FrontPoint, ...]
    networks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A revision, the blob key of its network, and that of its rows where they are others than the dataset's."""

    session: str
    view: RevisionView
    network_key: str
    table_key: str | None = None


class RevisionStore:
    """Revisions in the database and the blob directory."""

    def __init__(self, database: Database, blobs: BlobDirectory) -> None:
        self._database = database
        self._blobs = blobs

    async def add(self, new: NewRevision, redo: dict[str, str]) -> StoredRevision:
        """Keep a revision as the head of its session, and that its action is done.

        `redo` are the changed entries of the children last visited.

        All in one transaction after the blobs: whatever dies when, the session is entirely before or entirely after it.
        """
        network_key, curves_key = await asyncio.gather(
            asyncio.to_thread(self._blobs.put, new.network), asyncio.to_thread(self._blobs.put, pack(new.curves.model_dump()))
        )
        front_key = await asyncio.to_thread(self._put_front, new) if new.front else None
        table_key = new.table_key if new.table is None else await asyncio.to_thread(self._blobs.put, new.table)
        view = new.view
        summary_text, view_text = new.summary.model_dump_json(), view.model_dump_json()
        row = RevisionRow(
            id=view.id, session_id=new.session, number=view.number, parent=view.parent, summary=summary_text,
            view=view_text, bytes=len(summary_text.encode()) + len(view_text.encode()), network_key=network_key,
            curves_key=curves_key, front_key=front_key, table_key=table_key,
        )  # fmt: skip
        session = update(SessionRow).where(SessionRow.id == new.session)
        action = update(ActionRow).where(ActionRow.id == new.action).values(state=view.outcome, revision=view.id)
        async with self._database.begin.begin() as transaction:
            transaction.add(row)
            await transaction.execute(action)
            await transaction.execute(
                session.values(head=view.id, updated_at=now(), revisions=SessionRow.revisions + 1, **figures_of(view))
            )
            for revision, child in redo.items():
                await transaction.execute(update(RevisionRow).where(RevisionRow.id == revision).values(last_child=child))
        return StoredRevision(new.session, view, network_key, table_key)

    async def get(self, identity: str) -> StoredRevision | None:
        """The revision of that id."""
        async with self._database.begin() as transaction:
            row = await transaction.get(RevisionRow, identity)
            if row is None:
                return None
            text: str = await row.awaitable_attrs.view
        return StoredRevision(row.session_id, RevisionView.model_validate_json(text), row.network_key, row.table_key)

    async def curves(self, identity: str) -> Curves | None:
        """The final curves of a revision."""
        async with self._database.begin() as transaction:
            row = await transaction.get(RevisionRow, identity)
        if row is None:
            return None
        return Curves.model_validate(unpack(await asyncio.to_thread(self._blobs.get, row.curves_key)))

    async def front(self, identity: str) -> StoredFront | None:
        """The front of the search that made a revision; None when no search did."""
        async with self._database.begin() as transaction:
            row = await transaction.get(RevisionRow, identity)
        if row is None or row.front_key is None:
            return None
        parts = unpack(await asyncio.to_thread(self._blobs.get, row.front_key))
        return StoredFront(tuple(FrontPoint.model_validate(point) for point in parts["points"]), tuple(parts["networks"]))

    async def adopt(self, network: bytes) -> str:
        """Blob key of an entry's network, for the action that starts from it."""
        return await asyncio.to_thread(self._blobs.put, network)

    async def replace_curves(self, identity: str, curves: Curves) -> None:
        """Keep curves that were computed anew."""
        key = await asyncio.to_thread(self._blobs.put, pack(curves.model_dump()))
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(RevisionRow).where(RevisionRow.id == identity).values(curves_key=key))

    def _put_front(self, new: NewRevision) -> str:
        points, networks = [point.model_dump() for point, _ in new.front], [network for _, network in new.front]
        return self._blobs.put(pack({"points": points, "networks": networks}))

    async def annotate(self, identity: str, note: str | None) -> None:
        """Write or remove a note."""
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(RevisionRow).where(RevisionRow.id == identity).values(note=note))
