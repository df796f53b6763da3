"""An action asked for, from the queue to its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from server.contract.actions import Action
from server.contract.problems import Problem
from server.contract.rest import ActionReceipt
from server.contract.views import RevisionView, RunningView, WaitingView
from server.engine.protocol import Run
from server.store.actions import ActionState

ENDED = frozenset({"done", "cancelled", "failed"})
"""States that change no more."""


@dataclass(slots=True, eq=False)
class Ticket:
    """Where an action stands. `ended` is set when its state changes no more, `moved` when a held one is to go on or to end.

    A held action occupies no worker: it was put aside with a checkpoint (blob key; None from its beginning), and `left` when
    nobody came back to it.
    """

    id: str
    action: Action
    request_id: str | None = None
    by: str | None = None
    state: ActionState = "queued"
    run: Run | None = None
    paused: bool = False
    held: bool = False
    left: bool = False
    checkpoint: str | None = None
    cancelled: bool = False
    waiting: WaitingView | None = None
    revision: RevisionView | None = None
    problem: Problem | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def receipt(self) -> ActionReceipt:
        """What the one who asked is shown."""
        return ActionReceipt(
            action_id=self.id, state=self.state, waiting=self.waiting, revision=self.revision, problem=self.problem
        )

    def running_view(self) -> RunningView:
        """What everybody is shown while it runs, or waits for a worker."""
        return RunningView(
            action_id=self.id,
            action=self.action,
            label=self.action.label(),
            by=self.by,
            paused=self.paused,
            held=self.held,
            waiting=self.waiting,
        )
