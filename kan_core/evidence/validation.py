"""What a network, or a law, is held against: rows that were kept back, or each row as a fit without it would predict it.

Leave-one-out comes from the hat matrix (`leaving_out`) where that is exact, for anything linear in its coefficients, and for the
constants of laws, where it is right to first order. Networks of splines on splines are fitted again without each fold, from
where they stand, less what only the fold says of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from kan_core.evidence.forgetting import knowing_only
from kan_core.evidence.leaving_out import Slopes, left_out
from kan_core.expression.law import Law
from kan_core.expression.values import Program
from kan_core.network.network import Network
from kan_core.network.trace import evaluate, forward
from kan_core.training.data import Split, Table, mean_of
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.linearise import jacobian
from kan_core.training.objectives import Objective, SquaredLoss, held_back, is_classification
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import error_of_output

Method = Literal["held_out", "leave_one_out", "folds", "fitted", "unfitted"]
"""How a network is judged: "fitted" by the rows of its fit, where there are no others; "unfitted" by all, before any fit."""


@dataclass(frozen=True, kw_only=True)
class ValidationOptions:
    """Settings of cross-validation.

    Attributes:
        folds: parts of which one is left out each time; fewer where there are fewer rows.
        steps: of each fit without a fold, which begins where the network stands.
        decided: what of its splines the rows of that fit know (`forgetting.knowing_only`).
    """

    folds: int = 5
    steps: int = 6
    decided: float = 1e-6


@dataclass(frozen=True, eq=False)
class Judged:
    """Predictions for the rows that judge.

    Attributes:
        outputs: (rows of `split.test`, outputs) raw units; NaN where a network has no value.
        method: how they came about.
        folds: how many, of "folds".
    """

    outputs: Tensor
    method: Method
    folds: int = 0


def is_law(network: Network) -> bool:
    """Whether no edge is a spline any more."""
    return not any(layer.structure.has_splines for layer in network.layers)


def rows_of_law(network: Network, split: Split) -> Split:
    """The rows that this network is fitted to and judged by: all of them once it is a law (see `choosing`)."""
    return split.for_laws if is_law(network) else split


def judged(
    network: Network, split: Split, objective: Objective | None = None, options: ValidationOptions | None = None
) -> Judged:
    """Predictions for the rows that judge, by fits that have not seen them.

    Args:
        network: fitted to `split.train`.
        split: without `units` its test rows judge; with them, cross-validation.
        objective: what was minimised.
        options: of cross-validation.
    """
    objective, options = objective or SquaredLoss(), options or ValidationOptions()
    if split.units is None:
        return Judged(evaluate(network, split.test.inputs), "fitted" if split.test is split.train else "held_out")
    if network.steps == 0 and not is_law(network):
        # Nobody has fitted it, so no row is known to it.
        return Judged(evaluate(network, split.train.inputs), "unfitted")
    if not is_classification(objective) and (is_law(network) or len(network.layers) == 1):
        outputs = _by_hat_matrix(network, split.train, split.units)
        if outputs is not None:
            return Judged(outputs, "leave_one_out")
    return _by_folds(network, split.train, split.units, objective, options)


def judged_error(network: Network, split: Split, objective: Objective | None = None) -> float:
    """By which networks are compared: `error_of_output` on the rows that judge, by their weights."""
    objective = objective or SquaredLoss()
    units, rows = network.normalisation, split.test
    output = units.targets(judged(network, split, objective).outputs)
    return error_of_output(output, rows.targets, units, objective, rows.weights)


def error_without(residuals: Tensor, units: Tensor | None, slopes: Tensor, weights: Tensor | None = None) -> float | None:
    """The cross-validated root mean square of a law's (rows,) residuals, with its (rows, constants) slopes.

    For laws that are no networks: None where the rows do not say (`left_out`).
    """
    left = left_out(residuals.unsqueeze(1), slopes.unsqueeze(1), units, weights)
    return None if left is None else float(mean_of(left.square(), weights).sqrt())


def _by_hat_matrix(network: Network, table: Table, units: Tensor) -> Tensor | None:
    """None where a value is missing, or rows decide a constant alone."""
    scale = network.normalisation
    x = scale.inputs(table.inputs)
    residuals = scale.targets(table.targets) - forward(network, x).output
    if not bool(torch.isfinite(residuals).all()):
        return None
    slopes = (
        _by_parameters(network, x) if network.law is None else _by_constants(network.law, table) / scale.target_scale[:, None]
    )
    if isinstance(slopes, Tensor) and not bool(torch.isfinite(slopes).all()):
        return None
    left = left_out(residuals, slopes, units, table.weights)
    return None if left is None else table.targets - left * scale.target_scale


def _by_parameters(network: Network, x: Tensor) -> Slopes:
    parameters = free_parameters(network)
    return lambda taken: jacobian(network, parameters, forward(network, x[taken], slopes=True))


def _by_constants(law: Law, table: Table) -> Tensor:
    """(rows, outputs, free) by what a fit of the law would move: no exact number, and nothing that a person holds."""
    still = [each for each in law.constants if each.state != "free"]
    names = [each.name for each in (*law.free, *still)]
    values = np.array([law[name].value for name in names], dtype=np.float64)
    inputs = table.inputs.detach().cpu().double().numpy()
    slopes = [Program(tree, inputs, names).linearised(values)[1][:, : len(law.free)] for tree in law.expressions]
    return torch.from_numpy(np.stack(slopes, axis=1)).to(table.inputs.device)


def _by_folds(network: Network, table: Table, units: Tensor, objective: Objective, options: ValidationOptions) -> Judged:
    folds = min(options.folds, int(units.max()) + 1)
    place = units.to(table.inputs.device) % folds
    outputs = evaluate(network, table.inputs)
    # Knots stay: a fold that moved them would be another network.
    settings = LevenbergMarquardtOptions(
        steps=options.steps, objective=objective, sparsity=held_back(objective), update_grid=False, tolerance=1e-3
    )
    for fold in range(folds):
        inside = place == fold
        rest = table.take(torch.nonzero(~inside)[:, 0])
        without = knowing_only(network, rest, options.decided)
        for progress in train(without, Split(rest, rest), settings):
            without = progress.network
        outputs[inside] = evaluate(without, table.inputs[inside])
    return Judged(outputs, "folds", folds)
