"""One protocol for all trainers: `train(network, split, options)` yields `Progress` after each step.

The caller decides to go on, so pausing and cancelling cost nothing; a snapshot of any reported network resumes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from torch import Tensor

from kan_core.errors import DataError
from kan_core.network.network import Network
from kan_core.training import adam, lbfgs, levenberg_marquardt
from kan_core.training.choice import Choice, Method, choose_trainer
from kan_core.training.data import Split
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.progress import Progress


@dataclass(frozen=True, eq=False)
class TrainingOptions:
    """What all trainers understand; each has more settings of its own in its module.

    Attributes:
        method: a trainer, or "automatic".
        steps: at most this many; None takes what suits the trainer.
        sparsity: λ; 0 fits only.
        entropy: κ.
        smoothness: ν, not for Levenberg-Marquardt.
        objective: what to minimise.
        weights: (train rows,) sample weights, None for equal ones.
        precision: element type while training, not for Levenberg-Marquardt; None is the network's own.
        update_grid: let knots follow node values.
        rate, batch, first_step, seed: of Adam.
    """

    method: Method | Literal["automatic"] = "automatic"
    steps: int | None = None
    sparsity: float = 0.0
    entropy: float = 2.0
    smoothness: float = 0.0
    objective: Objective = field(default_factory=SquaredLoss)
    weights: Tensor | None = None
    precision: Literal["float32", "float64"] | None = None
    update_grid: bool = True
    rate: float = 1e-2
    batch: int = 1024
    first_step: int = 0
    seed: int = 0


class Trainer(Protocol):
    """A method as `train` calls it."""

    def __call__(self, network: Network, split: Split, options: TrainingOptions) -> Iterator[Progress]:
        """Yield after each step."""
        ...


def train(network: Network, split: Split, options: TrainingOptions | None = None) -> Iterator[Progress]:
    """Train with the chosen method; `chosen` says which that is.

    Raises:
        DataError: as many weights as rows are needed, and Levenberg-Marquardt knows neither weights, smoothness nor
            objectives other than the squared loss.
    """
    options = options or TrainingOptions()
    if options.weights is not None and options.weights.shape != (split.train.rows,):
        raise DataError(f"{split.train.rows} rows need as many weights, got shape {tuple(options.weights.shape)}")
    return TRAINERS[chosen(network, split, options).method](network, split, options)


def chosen(network: Network, split: Split, options: TrainingOptions) -> Choice:
    """The trainer that `train` takes, and why."""
    if options.method != "automatic":
        return Choice(options.method, "As asked for.")
    weighted, smooth = options.weights is not None, options.smoothness > 0
    return choose_trainer(network, split.train.rows, options.objective, weighted=weighted, smooth=smooth)


def _levenberg_marquardt(network: Network, split: Split, options: TrainingOptions) -> Iterator[Progress]:
    if options.weights is not None or options.smoothness > 0 or not isinstance(options.objective, SquaredLoss):
        raise DataError("Levenberg-Marquardt fits the squared loss of equal rows without smoothness: choose L-BFGS or Adam")
    own = levenberg_marquardt.LevenbergMarquardtOptions(
        steps=options.steps or 60, sparsity=options.sparsity, entropy=options.entropy, update_grid=options.update_grid
    )
    return levenberg_marquardt.train(network, split, own)


def _lbfgs(network: Network, split: Split, options: TrainingOptions) -> Iterator[Progress]:
    own = lbfgs.LbfgsOptions(
        steps=options.steps or 100,
        sparsity=options.sparsity,
        entropy=options.entropy,
        smoothness=options.smoothness,
        objective=options.objective,
        weights=options.weights,
        precision=options.precision,
        update_grid=options.update_grid,
    )
    return lbfgs.train(network, split, own)


def _adam(network: Network, split: Split, options: TrainingOptions) -> Iterator[Progress]:
    own = adam.AdamOptions(
        steps=options.steps or 200,
        sparsity=options.sparsity,
        entropy=options.entropy,
        smoothness=options.smoothness,
        objective=options.objective,
        weights=options.weights,
        precision=options.precision,
        update_grid=options.update_grid,
        rate=options.rate,
        batch=options.batch,
        first_step=options.first_step,
        seed=options.seed,
    )
    return adam.train(network, split, own)


TRAINERS: dict[Method, Trainer] = {"levenberg-marquardt": _levenberg_marquardt, "l-bfgs": _lbfgs, "adam": _adam}
"""All methods by name."""
