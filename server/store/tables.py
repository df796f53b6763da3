"""The tables of the database. A change here needs a migration beside it; a test compares the two.

Times are ISO 8601 strings in UTC, which sort as they are in every database.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, MetaData, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.contract.views import RevisionView, SolutionVerdict

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(AsyncAttrs, DeclarativeBase):
    """All tables; constraints have names, so that migrations can name them."""

    metadata = MetaData(naming_convention=_NAMES)


class BlobKey(TypeDecorator[str]):
    """The key of a blob. Columns of this type, and nothing else, keep blobs: collection and backup find them by it."""

    impl = String(64)
    cache_ok = True


class DatasetRow(Base):
    """A dataset: its view as JSON and the blob of its table. With `deleted_at` it can be restored for a while."""

    __tablename__ = "datasets"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    view: Mapped[str] = mapped_column(Text)
    table_key: Mapped[str] = mapped_column(BlobKey, index=True)
    created_at: Mapped[str] = mapped_column(String(40))
    deleted_at: Mapped[str | None] = mapped_column(String(40))


class SessionRow(Base):
    """A session; the last four columns repeat the head's, for lists. Without a head it is still being made.

    With `deleted_at` it can be restored for a while. `rows` says what its rows weigh and which judge, as JSON; sessions from
    before that could be chosen have none.
    """

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("idempotency_key"), Index(None, "updated_at", "id"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), index=True)
    inputs: Mapped[str] = mapped_column(Text)
    targets: Mapped[str] = mapped_column(Text)
    task: Mapped[str] = mapped_column(String(20), server_default="regression")
    rows: Mapped[str | None] = mapped_column(Text)
    head: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[str] = mapped_column(String(40))
    deleted_at: Mapped[str | None] = mapped_column(String(40), index=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    revisions: Mapped[int] = mapped_column(default=0)
    test_rmse: Mapped[float] = mapped_column(Double, default=0.0)
    accuracy_test: Mapped[float | None] = mapped_column(Double)
    cross_entropy_test: Mapped[float | None] = mapped_column(Double)
    equation_rms: Mapped[float | None] = mapped_column(Double)
    verdict: Mapped[SolutionVerdict | None] = mapped_column(String(20))
    formula_latex: Mapped[str] = mapped_column(Text, default="")


class RevisionRow(Base):
    """A revision: its view and summary as JSON, the blobs of network and curves, and the child redo goes to.

    `table_key` is the blob of its rows where they are others than the dataset's; `bytes` is what the row itself takes.
    """

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    parent: Mapped[str | None] = mapped_column(String(64))
    last_child: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    view: Mapped[str] = mapped_column(Text, deferred=True)
    bytes: Mapped[int] = mapped_column(server_default="0")
    network_key: Mapped[str] = mapped_column(BlobKey, index=True)
    curves_key: Mapped[str] = mapped_column(BlobKey, index=True)
    front_key: Mapped[str | None] = mapped_column(BlobKey, index=True)
    table_key: Mapped[str | None] = mapped_column(BlobKey, index=True)


class ActionRow(Base):
    """An action asked for.

    `state` is a receipt's, or "lost" when the server ended meanwhile and "told" once that was said, or "kept" when a pause that
    nobody ended left its best state, until that was said. `checkpoint_key` is the blob that a paused action goes on from, and
    `progress` how far it had come, as JSON.
    """

    __tablename__ = "actions"
    __table_args__ = (UniqueConstraint("session_id", "idempotency_key"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    created_at: Mapped[str] = mapped_column(String(40))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str | None] = mapped_column(Text)
    checkpoint_key: Mapped[str | None] = mapped_column(BlobKey, index=True)
    progress: Mapped[str | None] = mapped_column(Text)


class WriterRow(Base):
    """The version of the program that last opened the database, for an older one to name. One row."""

    __tablename__ = "writer"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(40))


def blob_columns() -> list[Column[str]]:
    """Every column that keeps blobs."""
    return [column for table in Base.metadata.sorted_tables for column in table.columns if isinstance(column.type, BlobKey)]


def figures_of(head: RevisionView) -> dict[str, object]:
    """What a session's row repeats of its head."""
    return {
        # The column is older than classes without such an error, and may not be empty; their task tells.
        "test_rmse": head.metrics.test_rmse or 0.0,
        "accuracy_test": head.metrics.accuracy_test,
        "cross_entropy_test": head.metrics.cross_entropy_test,
        "equation_rms": head.metrics.equation_rms,
        # A network that nobody has fitted yet is judged by nobody.
        "verdict": None if head.action.kind == "initialise" else head.metrics.verdict,
        "formula_latex": head.formula.latex,
    }
