"""Several random starts, then the best one: sparse training of a few steps tells a good start from a poor one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kan_core.network.network import Network
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, objective, train
from kan_core.training.options import Stop, never
from kan_core.training.progress import Progress

# Steps each start gets before the comparison: enough that L + λR has separated minimal from redundant graphs.
HEAT = 15


def train_from_starts(
    networks: Sequence[Network], split: Split, options: LevenbergMarquardtOptions, heat: int = HEAT, stop: Stop = never
) -> Iterator[Progress]:
    """Train each network for `heat` steps, go on with the one whose objective L + λR is lowest.

    With redundant hidden nodes about one random start in five ends in a poor local minimum of the sparse objective;
    three starts make that one in a hundred. Steps are counted over all starts; the test error takes no part.

    Yields:
        Progress of each step; `event` marks the beginning of each start.
    """
    best: tuple[float, Network] | None = None
    step = 0
    for index, network in enumerate(networks):
        last = network
        for progress in train(network, split, replace(options, steps=min(heat, options.steps)), stop):
            step, last = step + 1, progress.network
            event = f"start {index + 1}" if progress.step == 1 and len(networks) > 1 else progress.event
            yield replace(progress, step=step, event=event, converged=False)
        value = objective(last, split, options)
        if best is None or value < best[0]:
            best = (value, last)
    if best is None:
        return
    heats = step
    for progress in train(best[1], split, replace(options, steps=max(options.steps - heat, 1)), stop):
        event = "best start" if progress.step == 1 and len(networks) > 1 else progress.event
        yield replace(progress, step=heats + progress.step, event=event)
