"""The tree of revisions of one session: plain data without I/O.

Undo goes to the parent, redo to the child last visited; every visit marks the whole path to the root, so that redo
after several undos comes back the same way.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.contract.views import RevisionSummary


class History:
    """Revisions in order of their making, and the head."""

    def __init__(self, summaries: Iterable[RevisionSummary], head: str, redo: dict[str, str]) -> None:
        self._summaries = {summary.id: summary for summary in summaries}
        self._last_child = dict(redo)
        self.head = head

    def __contains__(self, revision: str) -> bool:
        return revision in self._summaries

    def __len__(self) -> int:
        return len(self._summaries)

    @property
    def redo(self) -> str | None:
        """Where redo goes: the child of the head last visited."""
        return self._last_child.get(self.head)

    def summaries(self) -> list[RevisionSummary]:
        """All revisions, oldest first."""
        return list(self._summaries.values())

    def path_marks(self, revision: str, parent: str | None) -> dict[str, str]:
        """What a visit of `revision` would change: ancestor → child on the way, where that is not marked already."""
        marks: dict[str, str] = {}
        child = revision
        while parent is not None:
            if self._last_child.get(parent) != child:
                marks[parent] = child
            child, parent = parent, self._summaries[parent].parent
        return marks

    def marks_of(self, revision: str) -> dict[str, str]:
        """`path_marks` of a revision that is in the tree."""
        return self.path_marks(revision, self._summaries[revision].parent)

    def add(self, summary: RevisionSummary) -> None:
        """A new revision, which becomes the head."""
        self._summaries[summary.id] = summary
        self.visit(summary.id)

    def visit(self, revision: str) -> None:
        """Move the head."""
        self._last_child.update(self.marks_of(revision))
        self.head = revision

    def annotate(self, revision: str, note: str | None) -> None:
        """Write or remove a note."""
        self._summaries[revision] = self._summaries[revision].model_copy(update={"note": note})
