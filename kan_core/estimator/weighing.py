"""Formulas of a search, which counts all rows alike, as row weights would have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch

from kan_core.errors import KanError
from kan_core.estimator.learning import Rows
from kan_core.expression.law_text import plain
from kan_core.expression.tree import Expression
from kan_core.expression.valuation import Valuation
from kan_core.law.constants import decimals, rows_of
from kan_core.law.refit import refit
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.search.finding import Finding, best_finding, judge_expression, pareto_front


def weighed_findings(findings: Sequence[Finding], rows: Rows) -> Sequence[Finding]:
    """The front of the findings and the best of them, constants refitted and errors measured with weights.

    Without weights all findings as they are.
    """
    if rows.train is None:
        return findings
    kept = pareto_front(findings)
    best = best_finding(findings, rows.split.test.rows)
    if best is not None and best not in kept:
        kept.append(best)
    return [_weighed(finding, rows) for finding in kept]


def weighed_rmse(network: Network, rows: Rows) -> float:
    """√(Σw·r²/Σw) on the held-out rows, unit of the target."""
    return _rms(evaluate(network, rows.split.test.inputs)[:, 0], rows)


def _weighed(finding: Finding, rows: Rows) -> Finding:
    """With splines left, or where the formula cannot be refitted, the constants stay."""
    if finding.formula.symbolic and not finding.formula.hidden:
        try:
            finding = judge_expression(_refitted(finding.formula.expressions, rows), rows.split, finding.origin)
        except KanError:
            return finding
        values = Valuation(rows.split.test.inputs.numpy()).values(finding.formula.expressions[0])
        error = _rms(torch.from_numpy(values.copy()), rows)
    else:
        error = weighed_rmse(finding.network, rows)
    spread = float(rows.split.train.targets.std(unbiased=False))
    return replace(finding, test_rmse=error, nrmse=error / spread if spread > 0 else math.inf)


def _refitted(expressions: Sequence[Expression], rows: Rows) -> Expression:
    """The formula with the decimal numbers that fit the weighted training rows best."""
    weights = None if rows.train is None else rows.train.double().numpy()
    return plain(refit(decimals(expressions), replace(rows_of(rows.split), weights=weights)).law)[0]


def _rms(predicted: torch.Tensor, rows: Rows) -> float:
    """Infinity where a prediction is missing."""
    squares = (predicted - rows.split.test.targets[:, 0]).square()
    mean = squares.mean() if rows.test is None else (squares * rows.test).sum() / rows.test.sum()
    return float(mean.sqrt()) if bool(torch.isfinite(mean)) else math.inf
