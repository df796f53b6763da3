"""Choose a trainer by parameters, rows and objective, and say why in a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kan_core.network.network import Network
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.parameters import free_parameters

Method = Literal["levenberg-marquardt", "l-bfgs", "adam"]

# Dense normal equations: P² numbers to hold and P³/3 operations a step.
LEVENBERG_MARQUARDT_UP_TO = 2_000
# Beyond this, whole-table gradients are better spent on many small updates.
LBFGS_UP_TO = 20_000
# Rows times parameters beyond which a pass over all rows is too long for one step of each.
_DENSE_WORK = 4e8
_LBFGS_WORK = 4e9


class Choice(NamedTuple):
    """A trainer and the reason, as shown to a person."""

    method: Method
    reason: str


def choose_trainer(
    network: Network, rows: int, objective: Objective | None = None, *, weighted: bool = False, smooth: bool = False
) -> Choice:
    """The trainer for a network on a table.

    Args:
        network: counted by its free parameters.
        rows: of the training table.
        objective: squared loss by default.
        weighted: rows count differently.
        smooth: coefficient smoothness is asked for.
    """
    count = free_parameters(network).count(network)
    outputs = network.shape[-1]
    work = float(count) * rows * outputs
    size = f"{count:,} parameters and {rows:,} rows"
    obstacle = _obstacle(objective or SquaredLoss(), weighted=weighted, smooth=smooth)
    if obstacle is None and count <= LEVENBERG_MARQUARDT_UP_TO and work <= _DENSE_WORK:
        return Choice("levenberg-marquardt", f"Levenberg-Marquardt: {size} are few enough for exact second-order steps.")
    if count <= LBFGS_UP_TO and work <= _LBFGS_WORK:
        why = obstacle or "too many for dense second-order steps, few enough for gradients over all rows"
        return Choice("l-bfgs", f"L-BFGS for {size}: {why}.")
    return Choice("adam", f"Adam with minibatches: {size} are too many for steps over all rows.")


def _obstacle(objective: Objective, *, weighted: bool, smooth: bool) -> str | None:
    """What keeps Levenberg-Marquardt from this task, None when nothing does."""
    if not isinstance(objective, SquaredLoss):
        return f"Levenberg-Marquardt fits squared losses, this is {objective.name}"
    if weighted:
        return "Levenberg-Marquardt counts all rows alike, these have weights"
    return "Levenberg-Marquardt has no smoothness term" if smooth else None
