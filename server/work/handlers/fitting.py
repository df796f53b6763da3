"""Run a trainer to its end or until the person stops it; used by every action that fits something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from kan_core.network.network import Network
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import held_back, is_classification
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Progress
from kan_core.training.refit import refit_constants
from server.contract.views import LossPoint
from server.work.control import Control, Emit
from server.work.device import brought_home, placed
from server.work.handlers.reporting import Reporter
from server.work.result import WorkError
from server.work.situation import Situation

# Beyond this the screens of all edges, not the training, are what takes too long.
MOST_PARAMETERS = 100_000


@dataclass(frozen=True, eq=False)
class Fitted:
    """What training came to.

    Attributes:
        network: the last state, or the best one when the person stopped.
        steps: taken.
        converged: whether nothing could improve any more.
        cancelled: whether the person stopped it.
        losses: for the loss chart.
    """

    network: Network
    steps: int = 0
    converged: bool = False
    cancelled: bool = False
    losses: tuple[LossPoint, ...] = ()


def refit(situation: Situation, options: LevenbergMarquardtOptions, emit: Emit, control: Control) -> Fitted:
    """Fit the session's objective with Levenberg-Marquardt; zero steps or nothing free give the network back as it is.

    Raises:
        WorkError: too many parameters for the method.
    """
    if options.steps < 1:
        return Fitted(situation.network)
    check_size(situation.network)
    sparsity = max(options.sparsity, held_back(situation.rows.objective))
    options = replace(options, objective=situation.rows.objective, sparsity=sparsity)
    hand = Hand(control)
    network, split = placed(situation.network), situation.split
    steps = train(network, split, options, hand) if options.splines else _constants(network, split, options, hand)
    return follow(steps, situation, options.steps, emit, hand)


def _constants(network: Network, split: Split, options: LevenbergMarquardtOptions, hand: Hand) -> Iterator[Progress]:
    """Constants alone, on some rows first; the steps of both parts together are those that were asked for."""
    return islice(refit_constants(network, split, options.steps, options, hand), options.steps)


class Hand:
    """`Control` as trainers ask for it, and what it last answered: a stop within a step ends a trainer without a word."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.stopped = False

    def __call__(self) -> bool:
        self.stopped = self.stopped or self.control.should_stop()
        return self.stopped


def follow(
    steps: Iterator[Progress], situation: Situation, count: int, emit: Emit, hand: Hand, trainer: str | None = None
) -> Fitted:
    """Go through a trainer's steps, report each, stop when asked.

    Args:
        steps: of the trainer, which asks the same `hand` within long steps.
        situation: the network before.
        count: steps at most.
        emit: takes the frames.
        hand: the person's.
        trainer: who trains and why, for the progress display.
    """
    reporter = Reporter(situation, count, emit, hand.control, trainer)
    last: Progress | None = None
    best: Progress | None = None
    height = _height_of(situation)
    for step in brought_home(steps):
        reporter.report(step)
        last = step
        if best is None or height(step) <= height(best):
            best = step
        if hand():
            break
    if last is None or best is None:
        return Fitted(situation.network, cancelled=hand.stopped)
    if hand.stopped:
        return Fitted(best.network, last.step, cancelled=True, losses=reporter.losses())
    return Fitted(last.network, last.step, last.converged, losses=reporter.losses())


def check_size(network: Network, more: int = 0) -> None:
    """Refuse what could not be shown: the network, when `more` parameters will be added to it.

    Raises:
        WorkError: more than `MOST_PARAMETERS` free parameters.
    """
    count = free_parameters(network).count(network) + more
    if count > MOST_PARAMETERS:
        raise WorkError(
            f"This network has {count:,} free parameters; training handles {MOST_PARAMETERS:,}.",
            hint="Use fewer inputs, nodes or grid intervals, or prune first.",
        )


def _height_of(situation: Situation) -> Callable[[Progress], float]:
    """What training lowers: squared error in units of the targets' scale, or cross-entropy, plus the penalty."""
    if is_classification(situation.rows.objective):
        return lambda step: step.train_error + step.penalty
    scale = float(situation.network.normalisation.target_scale.amax())
    return lambda step: (step.train_error / scale) ** 2 + step.penalty
