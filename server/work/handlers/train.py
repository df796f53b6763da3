"""Fit all free parameters, with sparsity when asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import torch

from kan_core.network.create import create_alike
from kan_core.network.network import Network
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.levenberg_marquardt import train as train_once
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Progress
from kan_core.training.starts import HEAT, train_from_starts
from server.contract.actions import Train
from server.work.control import Control, Emit
from server.work.device import placed
from server.work.handlers.finish import finish
from server.work.handlers.fitting import check_size, follow
from server.work.handlers.sentences import change_sentence, fit_sentence, overfit_sentence, rows_sentence, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, situation_of
from server.work.views.error_measures import spread
from server.work.views.metrics import metrics

STARTS = 3
_COSTLY_PARAMETERS = 800


def train(action: Train, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Train from the parent; an untrained network competes with two more random starts, and the best goes on.

    Raises:
        WorkError: no network, nothing free, or too many parameters.
    """
    situation = situation_of(parent, table)
    network = situation.network
    check_size(network)
    if free_parameters(network).count(network) == 0:
        raise WorkError(
            "There is nothing to train: every edge is pruned or locked.", hint="Unlock an edge or give it back to a spline."
        )
    options = LevenbergMarquardtOptions(
        steps=action.steps, sparsity=action.sparsity, entropy=action.entropy, update_grid=action.update_grid
    )
    count, steps = _steps(situation, options, parent or b"")
    fitted = follow(steps, situation, count, emit, control)
    trained = situation.with_network(fitted.network)
    after = metrics(trained)
    deviation = float(spread(situation.split.train.targets).amax())
    message = sentences(
        fit_sentence(fitted),
        change_sentence(None if network.steps == 0 else metrics(situation).test_rmse, after.test_rmse),
        overfit_sentence(after.train_rmse, after.test_rmse, deviation),
        rows_sentence(situation.rows) if "few" in rows_sentence(situation.rows) else "",
    )
    return finish(trained, message, losses=fitted.losses, cancelled=fitted.cancelled)


def _steps(situation: Situation, options: LevenbergMarquardtOptions, seed: bytes) -> tuple[int, Iterator[Progress]]:
    """How many steps at most, and the steps."""
    networks = [placed(network) for network in _starts(situation, seed)]
    if len(networks) == 1:
        return options.steps, train_once(networks[0], situation.split, options)
    # The winner gets all the steps that were asked for, its heat included.
    steps = options.steps + min(HEAT, options.steps) * (len(networks) - 1)
    more = LevenbergMarquardtOptions(steps, options.sparsity, options.entropy, options.splines, options.update_grid)
    return steps, train_from_starts(networks, situation.split, more, min(HEAT, options.steps))


def _starts(situation: Situation, seed: bytes) -> list[Network]:
    """The network itself and, when it is untrained and has hidden nodes, two like it from other random numbers."""
    network = situation.network
    if network.steps > 0 or len(network.layers) == 1 or not _is_fresh(network):
        return [network]
    if free_parameters(network).count(network) > _COSTLY_PARAMETERS:
        return [network]
    generator = torch.Generator().manual_seed(int.from_bytes(hashlib.sha256(seed).digest()[:4], "little"))
    return [network, *(create_alike(network, situation.split.train, generator) for _ in range(STARTS - 1))]


def _is_fresh(network: Network) -> bool:
    """Whether nobody has edited it: splines everywhere, nothing locked, one grid size."""
    first = network.layers[0].grid
    return all(
        bool(layer.structure.spline.all())
        and not layer.structure.locked
        and not layer.grid.finer
        and (layer.grid.intervals, layer.grid.degree, layer.grid.base) == (first.intervals, first.degree, first.base)
        for layer in network.layers
    )
