"""What a training came to, watched step by step: its last state, its best one, and what was spent on telling starts apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.progress import Competition, Progress
from server.contract.views import LossPoint
from server.work.checkpoint import Competed, FitCheckpoint, Reached
from server.work.handlers.reporting import Reporter


@dataclass(frozen=True, eq=False)
class Fitted:
    """What training came to.

    Attributes:
        network: the last state, or the best one when the person stopped.
        steps: of the training, the winner's in its heat included; 0 when it was stopped while starts still competed.
        converged: whether nothing could improve any more.
        cancelled: whether the person stopped it.
        losses: for the loss chart.
        competed: what was spent on telling starts apart; None when there was one only.
    """

    network: Network
    steps: int = 0
    converged: bool = False
    cancelled: bool = False
    losses: tuple[LossPoint, ...] = ()
    competed: Competed | None = None


@dataclass(frozen=True, eq=False)
class _Seen:
    """A step with the value of what training lowers."""

    network: Network
    step: int
    height: float
    converged: bool
    competing: bool


class Watched:
    """Sees every step, by the `height` that training lowers.

    The best one is looked for anew when starts have competed: they may have seen some of the rows only.
    """

    def __init__(self, height: Callable[[Progress], float], done: FitCheckpoint | None) -> None:
        self._height = height
        self._last = None if done is None else _seen(done.last)
        self._best = None if done is None else _seen(done.best)
        self._competed = None if done is None else done.competed

    def see(self, step: Progress) -> None:
        """Take a step."""
        competing = step.competing is not None
        seen = _Seen(step.network, 0 if competing else step.step, self._height(step), step.converged, competing)
        if step.competing is not None:
            self._compete(step.competing)
        best = self._best
        if best is None or best.competing is not competing or seen.height <= best.height:
            self._best = seen
        self._last = seen

    def saved(self, checkpoint: Callable[[], Checkpoint], reporter: Reporter) -> FitCheckpoint:
        """What a pause leaves after the step that was seen last."""
        assert self._last is not None
        assert self._best is not None
        reporter.settle(self._last.network)
        heats = tuple((start, tuple(points)) for start, points in reporter.heats.items())
        losses, last, best = tuple(reporter.points), _reached(self._last), _reached(self._best)
        return FitCheckpoint(checkpoint().to_bytes(), last, best, losses, self._competed, heats)

    def fitted(self, before: Network, reporter: Reporter, *, cancelled: bool) -> Fitted:
        """The end of it; `before` is the network when no step was taken."""
        if self._last is None or self._best is None:
            return Fitted(before, cancelled=cancelled)
        kept = self._best if cancelled else self._last
        losses = () if self._last.competing else reporter.losses()
        converged = self._last.converged and not cancelled
        return Fitted(kept.network, self._last.step, converged, cancelled, losses, self._competed)

    def _compete(self, now: Competition) -> None:
        before = self._competed or Competed(now.starts, now.steps, 0)
        self._competed = replace(before, taken=before.taken + 1)


def _reached(seen: _Seen) -> Reached:
    return Reached(to_bytes(seen.network), seen.step, seen.height, seen.converged, seen.competing)


def _seen(reached: Reached) -> _Seen:
    return _Seen(from_bytes(reached.network), reached.step, reached.height, reached.converged, reached.competing)
