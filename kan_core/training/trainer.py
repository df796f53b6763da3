"""One protocol for all trainers: `train(network, split, options)` yields `Progress` after each step.

The caller decides to go on, so pausing and cancelling cost nothing. A training that is to go on later, or elsewhere, leaves
`progress.checkpoint()`, which has bytes; `train(…, resume=checkpoint)` then ends where it would have ended, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator

from kan_core.network.network import Network
from kan_core.training import adam, lbfgs, levenberg_marquardt
from kan_core.training.adam import AdamOptions
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.choice import Choice, Method, choose_trainer
from kan_core.training.data import Split
from kan_core.training.lbfgs import LbfgsOptions
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.options import Stop, TrainingOptions, never, specialise
from kan_core.training.progress import Progress

OPTIONS: dict[Method, type[TrainingOptions]] = {
    "levenberg-marquardt": LevenbergMarquardtOptions,
    "l-bfgs": LbfgsOptions,
    "adam": AdamOptions,
}
"""All methods and their options."""


def options_of(method: Method, common: TrainingOptions, **own: object) -> TrainingOptions:
    """Options of a method from common ones; of `own` each trainer takes what it knows."""
    kind = OPTIONS[method]
    return specialise(kind, common, **{name: value for name, value in own.items() if name in kind.__dataclass_fields__})


def train(
    network: Network,
    split: Split,
    options: TrainingOptions | None = None,
    stop: Stop = never,
    resume: Checkpoint | None = None,
) -> Iterator[Progress]:
    """Train by the method whose options these are; common options leave the method to `chosen`.

    Args:
        network: to begin with.
        split: rows.
        options: settings.
        stop: asked within long steps.
        resume: where to go on, with the same network, rows and options.

    Raises:
        DataError: as many weights as rows are needed, none negative, not all zero.
        SnapshotError: a checkpoint of another trainer.
    """
    options = options or TrainingOptions()
    if isinstance(options, LevenbergMarquardtOptions):
        return levenberg_marquardt.train(network, split, options, stop, resume)
    if isinstance(options, LbfgsOptions):
        return lbfgs.train(network, split, options, stop, resume)
    if isinstance(options, AdamOptions):
        return adam.train(network, split, options, stop, resume)
    return train(network, split, options_of(chosen(network, split, options).method, options), stop, resume)


def chosen(network: Network, split: Split, options: TrainingOptions) -> Choice:
    """The trainer that common options leave to choose, and why."""
    return choose_trainer(network, split.train.rows, options)
