"""Adam with minibatches, for networks and tables too large for second order (Kingma & Ba 2015; cosine: 1608.03983).

A step of the generator is one pass over the rows, or `updates` minibatches of it. To resume, hand in the network of a
snapshot and `first_step`: rows and rate go on as they would have; only the running moments begin anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.training.data import Split
from kan_core.training.first_order import FirstOrderOptions, Problem, all_finite, follow_values, make_problem, report
from kan_core.training.options import Stop, check_weights, never
from kan_core.training.progress import Progress

# A step that stopped being finite is undone and the rate halved; after this many in a row training ends.
_ROLLBACKS = 8
# Knots move only in this first share of the steps, so that the small rates at the end polish fixed splines.
_GRID_SHARE = 0.6


@dataclass(frozen=True, eq=False, kw_only=True)
class AdamOptions(FirstOrderOptions):
    """Settings of `train`.

    Attributes:
        rate: learning rate at the start.
        schedule: "cosine" falls to zero over `steps`.
        batch: rows of a minibatch.
        updates: at most this many updates a step.
        first_step: steps taken before, when training is resumed.
    """

    steps: int = 200
    rate: float = 1e-2
    schedule: Literal["constant", "cosine"] = "cosine"
    batch: int = 1024
    updates: int = 50
    first_step: int = 0

    def rate_at(self, progress: float) -> float:
        """Learning rate after a share 0 … 1 of the steps."""
        return self.rate if self.schedule == "constant" else self.rate * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


@dataclass(eq=False)
class _Run:
    """The optimiser's present problem; made anew when knots move or a step is undone."""

    problem: Problem
    parameters: list[Tensor]
    adam: torch.optim.Adam


def train(network: Network, split: Split, options: AdamOptions | None = None, stop: Stop = never) -> Iterator[Progress]:
    """Yield the network after each step, until `steps` or until the caller stops asking."""
    options = options or AdamOptions()
    check_weights(options.weights, split.train)
    run = _begin(network, split, options)
    damp, rollbacks = 1.0, 0
    for step in range(options.first_step + 1, options.steps + 1):
        event = run.problem.compilation if step == options.first_step + 1 else None
        if step > 1 and step % options.grid_every == 1 and step <= _GRID_SHARE * options.steps:
            moved = follow_values(network, split, options)
            event = "grid update" if moved is not None else event
            if moved is not None or options.sparsity > 0:
                run = _begin(moved or network, split, options)
                network = moved or network
        rate = _step(run, step, options, damp, stop)
        if rate is None:
            return
        candidate = _network(run, network)
        bare = Progress(step, network, 0.0, 0.0, run.problem.penalty(run.parameters), rate, event)
        progress = report(candidate, split, bare, options.objective)
        # Parameters may be finite and yet too large for finite outputs.
        if all_finite(run.parameters) and math.isfinite(progress.train_error):
            network, rollbacks = candidate, 0
        else:
            damp, rollbacks = damp / 2, rollbacks + 1
            run = _begin(network, split, options)
            penalty = run.problem.penalty(run.parameters)
            bare = replace(bare, penalty=penalty, event="step undone", converged=rollbacks >= _ROLLBACKS)
            progress = report(network, split, bare, options.objective)
        yield progress
        if progress.converged:
            return


def _begin(network: Network, split: Split, options: AdamOptions) -> _Run:
    problem, parameters = make_problem(network, split.train, options)
    for parameter in parameters:
        parameter.requires_grad_()
    # Symbolic networks hold tensors without entries for layers without constants: Adam wants at least one number each.
    adam = torch.optim.Adam([each for each in parameters if each.numel()], lr=options.rate, fused=True)
    return _Run(problem, parameters, adam)


def _network(run: _Run, before: Network) -> Network:
    made = run.problem.wide.write_back(before, run.parameters)
    return replace(made, steps=before.steps + 1)


@torch.no_grad()
def _step(run: _Run, step: int, options: AdamOptions, damp: float, stop: Stop) -> float | None:
    """The updates of one step; the learning rate of the last, None when stopped."""
    rows = run.problem.x.shape[0]
    generator = torch.Generator().manual_seed(options.seed * 1_000_003 + step)
    pieces = torch.randperm(rows, generator=generator).to(run.problem.x.device).split(options.batch)[: options.updates]
    rate = options.rate
    for index, piece in enumerate(pieces):
        if index and stop():
            return None
        rate = damp * options.rate_at((step - 1 + index / len(pieces)) / options.steps)
        run.adam.param_groups[0]["lr"] = rate
        _, gradients = run.problem.value_and_gradient(run.parameters, piece if len(pieces) > 1 or options.updates == 1 else None)
        for parameter, gradient in zip(run.parameters, gradients, strict=True):
            parameter.grad = gradient
        run.adam.step()
    return rate
