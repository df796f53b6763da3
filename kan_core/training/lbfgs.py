"""L-BFGS with a strong Wolfe line search, for any smooth objective and some thousand parameters (Liu & Nocedal 1989).

torch's optimiser does the algebra, `first_order` the exact gradient over all rows. A step is one call of `iterations`
inner iterations. Curvature pairs are forgotten when knots move or the sparsity's covariances are measured anew.
It goes on from the checkpoint of any step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.training.checkpoint import Checkpoint, standing
from kan_core.training.data import Split, check_weights
from kan_core.training.first_order import FirstOrderOptions, Problem, all_finite, follow_values, report, restored
from kan_core.training.lbfgs_memory import memory_of, restore_memory
from kan_core.training.options import Stop, never
from kan_core.training.progress import Progress

_NAME = "l-bfgs"
# Flat steps in a row that end training.
_PATIENCE = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class LbfgsOptions(FirstOrderOptions):
    """Settings of `train`.

    Attributes:
        memory: curvature pairs kept.
        iterations: inner iterations of a step.
        tolerance: a step that lowers J by less than this share is flat.
    """

    steps: int = 100
    memory: int = 20
    iterations: int = 5
    tolerance: float = 1e-7


class _StoppedError(Exception):
    """The caller wants no more; the optimiser is left in the middle of its step."""


@dataclass(eq=False)
class _Run:
    """The optimiser's present problem and the value of J it has reached."""

    problem: Problem
    parameters: list[Tensor]
    optimiser: torch.optim.LBFGS
    value: float


def train(
    network: Network, split: Split, options: LbfgsOptions | None = None, stop: Stop = never, resume: Checkpoint | None = None
) -> Iterator[Progress]:
    """Yield the network after each step, until `steps`, a minimum, or until the caller stops asking.

    Raises:
        DataError: weights that do not fit the rows.
        SnapshotError: `resume` is a checkpoint of another trainer.
    """
    options = options or LbfgsOptions()
    check_weights(split.train)
    done = standing(_NAME, network, resume, flat=0)
    network, run, flat = done.network, _begin(done, split, options), done.whole("flat")
    for step in done.left(options.steps):
        event = run.problem.compilation if step == 1 else None
        if step > 1 and step % options.grid_every == 1:
            moved = follow_values(network, split, options)
            event = "grid update" if moved is not None else None
            if moved is not None or options.sparsity > 0:
                network = moved or network
                run = _begin(standing(_NAME, network, None), split, options)
        before = run.value
        try:
            better = _step(run, stop)
        except _StoppedError:
            return
        if better:
            network = replace(run.problem.wide.write_back(network, run.parameters), steps=network.steps + 1)
            flat = flat + 1 if before - run.value < options.tolerance * before else 0
        else:
            event, flat = "step undone", flat + 1
            run = _begin(standing(_NAME, network, None), split, options)
        converged = flat >= _PATIENCE
        save = partial(_checkpoint, run, network, step, flat, converged)
        bare = Progress(step, network, 0.0, 0.0, run.problem.penalty(run.parameters), 1.0, event, converged, checkpoint=save)
        yield report(network, split, bare, options.objective)
        if converged:
            return


def _checkpoint(run: _Run, network: Network, step: int, flat: int, converged: bool) -> Checkpoint:
    kept = memory_of(run.optimiser)
    numbers = {**kept.numbers, "flat": flat, "value": run.value, "converged": int(converged)}
    tensors = {**kept.tensors, **{f"parameter.{place}": each.detach().clone() for place, each in enumerate(run.parameters)}}
    return Checkpoint(_NAME, step, numbers, tensors, {"now": network, "problem": run.problem.network})


def _begin(done: Checkpoint, split: Split, options: LbfgsOptions) -> _Run:
    problem, parameters = restored(done, split, options)
    for parameter in parameters:
        parameter.requires_grad_()
    optimiser = torch.optim.LBFGS(
        parameters,
        max_iter=options.iterations,
        max_eval=5 * options.iterations,
        history_size=options.memory,
        tolerance_grad=1e-14,
        tolerance_change=1e-16,
        line_search_fn="strong_wolfe",
    )
    restore_memory(optimiser, done)
    if "value" in done.numbers:
        return _Run(problem, parameters, optimiser, done.real("value"))
    with torch.no_grad():
        value = float(problem.value_and_gradient(parameters)[0])
    return _Run(problem, parameters, optimiser, value)


def _step(run: _Run, stop: Stop) -> bool:
    """Whether the step ended at finite parameters that are no worse."""
    asked = 0

    def closure() -> Tensor:
        nonlocal asked
        asked += 1
        if asked > 1 and stop():
            raise _StoppedError
        with torch.no_grad():
            value, gradients = run.problem.value_and_gradient(run.parameters)
        for parameter, gradient in zip(run.parameters, gradients, strict=True):
            parameter.grad = gradient
        return value

    run.optimiser.step(closure)  # pyright: ignore[reportArgumentType]
    with torch.no_grad():
        value = float(run.problem.value_and_gradient(run.parameters)[0])
    if not (math.isfinite(value) and all_finite(run.parameters) and not value > run.value * (1 + 1e-6)):
        return False
    run.value = value
    return True
