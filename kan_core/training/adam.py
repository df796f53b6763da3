"""Adam with minibatches, for networks and tables too large for second order (Kingma & Ba 2015; cosine: 1608.03983).

A step of the generator is one pass over the rows, or `updates` minibatches of it. It goes on from the checkpoint of any step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.training.checkpoint import Checkpoint, standing
from kan_core.training.data import Split, check_weights
from kan_core.training.first_order import FirstOrderOptions, Problem, all_finite, follow_values, report, restored
from kan_core.training.options import Stop, never
from kan_core.training.progress import Progress

_NAME = "adam"
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
    """

    steps: int = 200
    rate: float = 1e-2
    schedule: Literal["constant", "cosine"] = "cosine"
    batch: int = 1024
    updates: int = 50

    def rate_at(self, progress: float) -> float:
        """Learning rate after a share 0 … 1 of the steps."""
        return self.rate if self.schedule == "constant" else self.rate * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


@dataclass(eq=False)
class _Run:
    """The optimiser's present problem; made anew when knots move or a step is undone."""

    problem: Problem
    parameters: list[Tensor]
    adam: torch.optim.Adam


def train(
    network: Network, split: Split, options: AdamOptions | None = None, stop: Stop = never, resume: Checkpoint | None = None
) -> Iterator[Progress]:
    """Yield the network after each step, until `steps` or until the caller stops asking.

    Raises:
        DataError: weights that do not fit the rows.
        SnapshotError: `resume` is a checkpoint of another trainer.
    """
    options = options or AdamOptions()
    check_weights(split.train)
    done = standing(_NAME, network, resume, damp=1.0, rollbacks=0)
    network, run = done.network, _begin(done, split, options)
    damp, rollbacks = done.real("damp"), done.whole("rollbacks")
    for step in done.left(options.steps):
        event = run.problem.compilation if step == 1 else None
        if step > 1 and step % options.grid_every == 1 and step <= _GRID_SHARE * options.steps:
            moved = follow_values(network, split, options)
            event = "grid update" if moved is not None else event
            if moved is not None or options.sparsity > 0:
                run = _begin(standing(_NAME, moved or network, None), split, options)
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
            run = _begin(standing(_NAME, network, None), split, options)
            penalty = run.problem.penalty(run.parameters)
            bare = replace(bare, penalty=penalty, event="step undone", converged=rollbacks >= _ROLLBACKS)
            progress = report(network, split, bare, options.objective)
        save = partial(_checkpoint, run, network, step, damp, rollbacks)
        yield replace(progress, checkpoint=save)
        if progress.converged:
            return


def _checkpoint(run: _Run, network: Network, step: int, damp: float, rollbacks: int) -> Checkpoint:
    numbers = {"damp": damp, "rollbacks": rollbacks, "converged": int(rollbacks >= _ROLLBACKS)}
    tensors = {f"parameter.{place}": each.detach().clone() for place, each in enumerate(run.parameters)}
    for place, moments in run.adam.state_dict()["state"].items():
        tensors |= {f"moment.{place}.{name}": value.clone() for name, value in moments.items()}
    return Checkpoint(_NAME, step, numbers, tensors, {"now": network, "problem": run.problem.network})


def _begin(done: Checkpoint, split: Split, options: AdamOptions) -> _Run:
    problem, parameters = restored(done, split, options)
    for parameter in parameters:
        parameter.requires_grad_()
    # Symbolic networks hold tensors without entries for layers without constants: Adam wants at least one number each.
    adam = torch.optim.Adam([each for each in parameters if each.numel()], lr=options.rate, fused=True)
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in done.tensors.items():
        kind, place, *rest = name.split(".")
        if kind == "moment":
            moments.setdefault(int(place), {})[rest[0]] = value
    adam.load_state_dict({**adam.state_dict(), "state": moments})
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
