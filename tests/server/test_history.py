"""The tree of revisions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.contract.views import RevisionSummary
from server.sessions.history import History


def summary(number: int, parent: str | None) -> RevisionSummary:
    return RevisionSummary(
        id=f"r{number}",
        number=number,
        parent=parent,
        kind="train",
        label="train",
        created_at="",
        test_rmse=0,
        complexity=1,
        symbolic=False,
        edges_active=1,
    )


def begin() -> History:
    return History([summary(0, None)], "r0", {})


def grow(history: History, times: int) -> None:
    for _ in range(times):
        history.add(summary(len(history), history.head))


def test_redo_after_several_undos_comes_back_the_same_way() -> None:
    history = begin()
    grow(history, 3)
    for revision in ("r2", "r1", "r0"):
        history.visit(revision)
    for revision in ("r1", "r2", "r3"):
        assert history.redo == revision
        history.visit(revision)
    assert history.redo is None


def test_redo_follows_the_branch_last_visited() -> None:
    history = begin()
    grow(history, 2)
    history.visit("r0")
    grow(history, 1)
    history.visit("r0")
    assert history.redo == "r3"
    history.visit("r2")
    history.visit("r0")
    assert history.redo == "r1"


def test_marks_name_only_what_changes() -> None:
    history = begin()
    grow(history, 2)
    assert history.marks_of("r2") == {}
    history.visit("r0")
    grow(history, 1)
    assert history.marks_of("r2") == {"r0": "r1"}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=30))
def test_what_is_kept_as_marks_restores_the_same_tree(steps: list[tuple[bool, int]]) -> None:
    history, kept = begin(), dict[str, str]()
    for grows, place in steps:
        if grows:
            kept |= history.path_marks(f"r{len(history)}", history.head)
            grow(history, 1)
        else:
            target = f"r{place % len(history)}"
            kept |= history.marks_of(target)
            history.visit(target)
    restored = History(history.summaries(), history.head, kept)
    for revision in history.summaries():
        history.head = restored.head = revision.id
        assert restored.redo == history.redo
