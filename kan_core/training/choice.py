"""Choose a trainer by parameters, rows and objective, and say why in a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kan_core.network.network import Network
from kan_core.training.levenberg_marquardt import DENSE_UP_TO
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.parameters import free_parameters

Method = Literal["levenberg-marquardt", "l-bfgs", "adam"]

LEVENBERG_MARQUARDT_UP_TO = 20_000
LBFGS_UP_TO = 60_000
# Rows times parameters beyond which a step over all rows is longer than some seconds.
_SECOND_ORDER_WORK = 1e8
_LBFGS_WORK = 1e9


class Choice(NamedTuple):
    """A trainer and the reason, as shown to a person."""

    method: Method
    reason: str


def choose_trainer(network: Network, rows: int, objective: Objective | None = None) -> Choice:
    """The trainer for a network on a table.

    Args:
        network: counted by its free parameters.
        rows: of the training table.
        objective: squared loss by default.
    """
    count = free_parameters(network).count(network)
    work = float(count) * rows
    size = f"{count:,} parameters and {rows:,} rows"
    loss = "" if isinstance(objective or SquaredLoss(), SquaredLoss) else f" of the {(objective or SquaredLoss()).name}"
    if count <= LEVENBERG_MARQUARDT_UP_TO and work <= _SECOND_ORDER_WORK:
        return Choice(
            "levenberg-marquardt", f"{method_name('levenberg-marquardt', count)}: {size} allow second-order steps{loss}."
        )
    if count <= LBFGS_UP_TO and work <= _LBFGS_WORK:
        return Choice("l-bfgs", f"L-BFGS: {size} are too many for second-order steps, few enough for gradients over all rows.")
    return Choice("adam", f"Adam with minibatches: {size} are too many for steps over all rows.")


def method_name(method: Method, parameters: int) -> str:
    """As a person calls it, with how steps are computed where that depends on the number of parameters."""
    if method == "levenberg-marquardt":
        return "Levenberg-Marquardt" if parameters <= DENSE_UP_TO else "Levenberg-Marquardt without a matrix"
    return {"l-bfgs": "L-BFGS", "adam": "Adam"}[method]
