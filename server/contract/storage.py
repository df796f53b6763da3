"""What is kept and what it takes: datasets with the sessions on them, and the whole."""

from __future__ import annotations

from pydantic import Field

from server.contract.base import Message


class SessionName(Message):
    """A session where only its name is of interest."""

    id: str
    name: str


class DatasetSummary(Message):
    """A row of the list of datasets."""

    id: str
    name: str
    rows: int
    columns: int
    created_at: str
    deleted_at: str | None = Field(default=None, description="When it was deleted; it can be restored for a while.")
    bytes: int = Field(description="That its table takes on the disk.")
    sessions: list[SessionName] = Field(description="Those on it, last used first; while there are any it is not deleted.")


class DatasetList(Message):
    """Datasets, newest first; `next` is the `after` of the next page, absent on the last."""

    datasets: list[DatasetSummary]
    next: str | None = None


class Storage(Message):
    """All that is kept, in bytes and numbers."""

    folder: str = Field(description="The data folder, on the machine of the server.")
    free: int = Field(description="Bytes left on its disk.")
    blobs: int = Field(description="Bytes of networks, curves and tables.")
    database: int = Field(description="Bytes of the database.")
    sessions: int
    datasets: int
    deleted: int = Field(description="Sessions and datasets that were deleted and can still be restored.")
    undo_seconds: float = Field(description="How long what was deleted can be restored.")
