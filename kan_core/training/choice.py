"""Choose a trainer by parameters, rows and objective, and say why in a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kan_core.network.network import Network
from kan_core.training.levenberg_marquardt import DENSE_UP_TO
from kan_core.training.objectives import SquaredLoss
from kan_core.training.options import TrainingOptions
from kan_core.training.parameters import free_parameters

Method = Literal["levenberg-marquardt", "l-bfgs", "adam"]

# Measured on one thread, seconds of processor time, G = 5, targets of deviation 1; RMSE on training / held-out rows:
#
#   shape, rows, parameters          matrix-free LM           L-BFGS                  Adam (100 steps)
#   [4, 16, 16, 1], 800, 2,688       4 s: 6.6e-4 / 0.071      4 s: 7e-3 / 0.044       1.8 s: 0.12 / 0.17
#   the same, sparsity 0.01          3 s: 0.045 / 0.055       3 s: 0.074 / 0.083      1.3 s: 0.14 / 0.16
#   [20, 32, 32, 5], 2,400, 14,592   16 s: 9.4e-3 / 8.0       16 s: 0.032 / 0.073     5 s: 0.10 / 0.13
#   the same, sparsity 0.01          17 s: 0.040 / 0.036      16 s: 0.042 / 0.047
#   [20, 64, 64, 5], 2,400, 45,568   31 s: 9.6e-3 / 0.66      30 s: 0.033 / 0.12      8.5 s: 0.16 / 0.21
#
# Second order descends furthest in the same time, and so far that without a penalty it learns by heart what is not
# determined: it is chosen where numbers to fit outnumber parameters or a penalty holds the rest. Dense below DENSE_UP_TO.
LEVENBERG_MARQUARDT_UP_TO = 20_000
LBFGS_UP_TO = 60_000
# Rows times parameters beyond which a step is longer than some seconds.
_SECOND_ORDER_WORK = 1e8
_LBFGS_WORK = 1e9


class Choice(NamedTuple):
    """A trainer and the reason, as shown to a person."""

    method: Method
    reason: str


def choose_trainer(network: Network, rows: int, options: TrainingOptions | None = None) -> Choice:
    """The trainer for a network on a table with `rows` training rows.

    Thresholds were measured, see above: dense second order up to `DENSE_UP_TO` parameters, second order without a matrix up
    to `LEVENBERG_MARQUARDT_UP_TO`, L-BFGS up to `LBFGS_UP_TO`, Adam beyond; each only while a step takes seconds at most.
    """
    options = options or TrainingOptions()
    count = free_parameters(network).count(network)
    work, numbers = float(count) * rows, rows * network.shape[-1]
    size = f"{count:,} parameters and {rows:,} rows"
    determined = count <= max(numbers, DENSE_UP_TO) or options.sparsity > 0 or options.smoothness > 0
    if count <= LEVENBERG_MARQUARDT_UP_TO and work <= _SECOND_ORDER_WORK and determined:
        loss = "" if isinstance(options.objective, SquaredLoss) else f" on the {options.objective.name}"
        name = method_name("levenberg-marquardt", count)
        return Choice("levenberg-marquardt", f"{name}{loss}: {size} are few enough for second-order steps.")
    if count <= LBFGS_UP_TO and work <= _LBFGS_WORK:
        why = "are too many for second-order steps" if determined else "would be learned by heart with second-order steps"
        return Choice("l-bfgs", f"L-BFGS: {size} {why}, and few enough for gradients over all rows.")
    return Choice("adam", f"Adam with minibatches: {size} are too many for steps over all rows.")


def method_name(method: Method, parameters: int) -> str:
    """As a person calls it, with how steps are computed where that depends on the number of parameters."""
    if method == "levenberg-marquardt":
        return "Levenberg-Marquardt" if parameters <= DENSE_UP_TO else "Levenberg-Marquardt without a matrix"
    return {"l-bfgs": "L-BFGS", "adam": "Adam"}[method]
