"""Run a trainer to its end or until the person stops it; used by every action that fits something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from kan_core.fitting.descent import DescentOptions
from kan_core.law.directions import movable
from kan_core.law.refit import refit as refit_constants_of
from kan_core.network.network import Network
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import held_back
from kan_core.training.options import TrainingOptions
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Progress, height_of
from kan_core.training.refit import refit_constants
from server.work.checkpoint import FitCheckpoint
from server.work.control import Control, Emit, went_on_from
from server.work.device import brought_home, placed
from server.work.handlers.fitted import Fitted, Watched
from server.work.handlers.reporting import Reporter
from server.work.lawful import following, law_rows, lawful
from server.work.result import WorkError
from server.work.situation import Situation

# Beyond this the screens of all edges, not the training, are what takes too long.
MOST_PARAMETERS = 100_000


Begin = Callable[[Checkpoint | None], Iterator[Progress]]
"""A trainer's steps from its beginning, or from a checkpoint."""


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
    before, situation = situation.network, lawful(situation)
    if situation.network.law is not None:
        fitted = refit_law(situation, options, hand)
        # A law made for this fit, of which nobody has set anything, is made again where that led: what is 0 or 1 is no constant.
        again = before.law is None and len(situation.network.law.free) == len(situation.network.law.constants)
        return replace(fitted, network=as_before(fitted.network, before)) if again else fitted
    network, split = placed(situation.network), situation.split

    def begin(resume: Checkpoint | None) -> Iterator[Progress]:
        if options.splines:
            return train(network, split, options, hand, resume)
        # Constants alone, on some rows first; the steps of both parts together are those that were asked for.
        left = options.steps - (0 if resume is None else resume.step)
        return islice(refit_constants(network, split, options.steps, options, hand, resume), left)

    return follow(begin, situation, options.steps, emit, hand)


def refit_law(situation: Situation, options: TrainingOptions, hand: Hand) -> Fitted:
    """The law's free constants at their best, and the network after them.

    Raises:
        FormulaError: locked edges keep the network from following.
    """
    network, law = situation.network, situation.network.law
    assert law is not None
    rows = law_rows(situation, situation.split.train, options.objective)
    moving = movable(law, network, rows.inputs)
    still = law.with_states({each.name: "fixed" for each in law.free if each.name not in moving})
    found = refit_constants_of(still, rows, steps=options.steps or DescentOptions().steps, stop=hand)
    moved = law.with_values({each.name: each.value for each in found.law.constants})
    after = following(situation, moved).network
    steps = max(1, found.steps)
    return Fitted(replace(after, steps=network.steps + found.steps), steps, found.converged, hand.stopped)


def as_before(network: Network, before: Network) -> Network:
    """The network without the law that it was given since, which says anew what it is when its law is asked for."""
    return replace(network, law=None, former=before.former, exact=before.exact)


class Hand:
    """`Control` as trainers ask for it, and what it last answered: a stop within a step ends a trainer without a word."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.stopped = False

    def __call__(self) -> bool:
        self.stopped = self.stopped or self.control.should_stop()
        return self.stopped


def follow(begin: Begin, situation: Situation, count: int, emit: Emit, hand: Hand, trainer: str | None = None) -> Fitted:
    """Go through a trainer's steps, report each, stop or pause when asked, go on where a pause has left.

    Args:
        begin: the trainer, which asks the same `hand` within long steps.
        situation: the network before.
        count: steps at most, without those of starts that compete.
        emit: takes the frames.
        hand: the person's.
        trainer: who trains and why, for the progress display.

    Raises:
        PausedError: the person has paused.
    """
    done = went_on_from(hand.control, FitCheckpoint)
    reporter = Reporter(situation, count, emit, hand.control, trainer)
    watched = Watched(partial(height_of, situation.network.normalisation, situation.rows.objective), done)
    if done is not None:
        reporter.go_on(done.losses, dict(done.heats))
    # Cancelled while it was paused, it takes no further step.
    if done is None or not hand():
        for step in brought_home(begin(None if done is None else Checkpoint.from_bytes(done.trainer))):
            reporter.report(step)
            watched.see(step)
            if hand():
                break
            if not step.converged:
                hand.control.may_pause(partial(watched.saved, step.checkpoint, reporter))
    return watched.fitted(situation.network, reporter, cancelled=hand.stopped)


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
