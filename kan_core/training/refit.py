"""Refit of the constants of symbolic edges, also on long tables: first on some rows, then on all.

Constants are few, so that a thousand rows tell them as far as their own noise goes; the steps that lead there are done on
such a sample, and the whole table is left to the last ones. Called after a curve was made symbolic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import torch

from kan_core.network.network import Network
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.options import Stop, never
from kan_core.training.progress import Progress

_NAME = "refit"
# Rows of the sample, per free constant and at least; tables less than twice as long are taken whole.
_ROWS_PER_CONSTANT, _ROWS = 20, 1000
# An error of this share of the targets' scale is rounding: nothing is left to fit, and to try would cost a dozen evaluations.
_ROUNDING = 1e-15


def refit_constants(
    network: Network,
    split: Split,
    steps: int = 60,
    options: LevenbergMarquardtOptions | None = None,
    stop: Stop = never,
    resume: Checkpoint | None = None,
) -> Iterator[Progress]:
    """Yield after each step, counted over both parts; errors of the first part are those on its rows.

    Args:
        network: its splines stay as they are.
        split: rows in their own order; the sample takes every n-th.
        steps: at most this many in each part.
        options: other settings of Levenberg-Marquardt.
        stop: asked within long steps.
        resume: where to go on, with all else the same.

    Raises:
        SnapshotError: a checkpoint of another trainer.
    """
    options = replace(options or LevenbergMarquardtOptions(), steps=steps, splines=False)
    constants = sum(4 * len(layer.structure.symbolic) for layer in network.layers)
    every = split.train.rows // max(_ROWS, _ROWS_PER_CONSTANT * constants)
    taken, on_all, inner = 0, every < 2, None
    if resume is not None:
        done = resume.by(_NAME, network.device)
        taken, on_all, inner = done.whole("taken"), bool(done.whole("on_all")), done.inner
        network = done.network
    if not on_all:
        sample = split.train.take(torch.arange(0, split.train.rows, every, device=split.train.inputs.device))
        if inner is not None:
            taken = inner.step
        for progress in _until_exact(network, Split(sample, sample), options, stop, inner):
            network, taken = progress.network, progress.step
            yield replace(progress, converged=False, checkpoint=partial(_part, progress, 0, on_all=False))
        inner = None
    for progress in _until_exact(network, split, options, stop, inner):
        save = partial(_part, progress, taken, on_all=True)
        yield replace(progress, step=taken + progress.step, checkpoint=save)


def _part(progress: Progress, taken: int, *, on_all: bool) -> Checkpoint:
    """Whether the whole table is taken already, and the steps before."""
    numbers = {"taken": taken, "on_all": int(on_all)}
    return Checkpoint(_NAME, taken + progress.step, numbers, inner=progress.checkpoint())


def _until_exact(
    network: Network, split: Split, options: LevenbergMarquardtOptions, stop: Stop, resume: Checkpoint | None
) -> Iterator[Progress]:
    """Levenberg-Marquardt up to rounding."""
    limit = _ROUNDING * float(network.normalisation.target_scale.amin())
    for progress in train(network, split, options, stop, resume):
        exact = progress.train_error <= limit
        save = partial(_exactly, progress) if exact else progress.checkpoint
        yield replace(progress, converged=progress.converged or exact, checkpoint=save)
        if exact:
            return


def _exactly(progress: Progress) -> Checkpoint:
    """The checkpoint of a training that is over."""
    made = progress.checkpoint()
    return replace(made, numbers={**made.numbers, "converged": 1})
