"""How the result of an action becomes a revision."""

from __future__ import annotations

import secrets

from server.contract.actions import Action, Adopt
from server.contract.views import RevisionSummary, RevisionView
from server.engine.effort import Size
from server.engine.protocol import Finished
from server.store.clock import now
from server.store.revisions import NewRevision


def new_id(kind: str) -> str:
    """An identifier nobody can guess: 's' for a session, 'r' for a revision, 'a' for an action."""
    return f"{kind}_{secrets.token_hex(10)}"


def make_revision(
    session: str, action_id: str, action: Action, parent: str | None, number: int, end: Finished, by: str | None = None
) -> NewRevision:
    """A revision, not yet kept, from what a worker returned; `by` asked for it."""
    made = end.result
    view = RevisionView(
        id=new_id("r"),
        number=number,
        parent=parent,
        action=action,
        label=action.label(),
        created_at=now(),
        by=by,
        seconds=end.seconds,
        outcome=made.outcome,
        message=made.message,
        network=made.network_view,
        metrics=made.metrics,
        formula=made.formula,
        losses=list(made.losses),
        equations=list(made.equations),
    )
    curves = made.curves.model_copy(update={"revision": view.id, "action_id": None, "seq": 0})
    front = tuple((entry.point, entry.network) for entry in made.front)
    return NewRevision(session, action_id, view, summarise(view), made.network, curves, front, made.table)


def summarise(view: RevisionView) -> RevisionSummary:
    """The row of the history tree."""
    return RevisionSummary(
        id=view.id,
        number=view.number,
        parent=view.parent,
        kind=view.action.kind,
        label=view.label,
        created_at=view.created_at,
        by=view.by,
        test_rmse=view.metrics.test_rmse,
        accuracy_test=view.metrics.accuracy_test,
        cross_entropy_test=view.metrics.cross_entropy_test,
        equation_rms=view.metrics.equation_rms,
        relative_residual=view.metrics.relative_residual,
        verdict=view.metrics.verdict,
        front_search=view.action.search if isinstance(view.action, Adopt) else None,
        front_index=view.action.index if isinstance(view.action, Adopt) else None,
        complexity=view.formula.complexity,
        symbolic=view.formula.symbolic,
        edges_active=sum(edge.function.kind != "zero" for edge in view.network.edges),
    )


def size_of(view: RevisionView) -> Size:
    """Of a revision's network and rows, by which the engine tells short actions from long ones."""
    network, metrics = view.network, view.metrics
    return Size(network.parameters, metrics.rows_train, min(network.intervals, default=1) + network.degree)
