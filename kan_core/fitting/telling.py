"""From a minimum to what is said of it: constants with errors, R², likelihood, and sentences on what a reader must know."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.evidence.r2 import r_squared_of_error
from kan_core.fitting.descent import Descended
from kan_core.fitting.minimum import Minimum
from kan_core.fitting.model import Model
from kan_core.fitting.problem import Rows
from kan_core.fitting.result import FittedConstant, FormulaFit, SigmaKind

Array = NDArray[np.floating[Any]]


def told(
    model: Model,
    ends: Mapping[str, str],
    minimum: Minimum,
    found: Descended,
    residual: Array,
    notes: tuple[str, ...],
    sigma: SigmaKind,
    *,
    ended_early: bool,
) -> FormulaFit:
    """Errors and measures of a minimum.

    Args:
        model: as it was written, with ties.
        ends: the constant that stands for each tied one.
        minimum: of the free constants.
        found: how it was reached.
        residual: (rows,) weighted, in extended precision.
        notes: on how it was reached.
        sigma: what is known of the rows.
        ended_early: whether it was told to stop.
    """
    names, rows = minimum.posed.whole.names, minimum.posed.rows
    errors = np.full(len(names), math.nan)
    correlation = np.full((len(names), len(names)), math.nan)
    judged = minimum.estimated
    if judged is not None:
        errors[minimum.moving] = judged.errors
        correlation[np.ix_(minimum.moving, minimum.moving)] = judged.correlation
    believed = errors if found.converged else np.full(len(names), math.nan)
    constants = tuple(_constant(name, ends.get(name, ""), minimum, believed) for name in model.names)
    plain = residual if rows.root is None else residual / rows.root
    return FormulaFit(
        model=model,
        constants=constants,
        rss=minimum.rss,
        plain_rss=float(plain @ plain),
        rows=len(rows.target),
        degrees_of_freedom=minimum.spare,
        r2=_r2(rows, minimum.rss),
        sigma=sigma,
        log_likelihood=_log_likelihood(rows, minimum.rss, known_sigma=minimum.known_sigma),
        correlation=correlation,
        free=names,
        converged=found.converged,
        ended_early=ended_early,
        path=found.path,
        notes=(*notes, *_notes(constants, minimum, converged=found.converged, ended_early=ended_early)),
        _minimum=minimum,
    )


def _constant(name: str, end: str, minimum: Minimum, errors: Array) -> FittedConstant:
    stands = end or name
    if stands in minimum.posed.fixed:
        return FittedConstant(name, minimum.posed.fixed[stands], None, fixed=True, same_as=end)
    place = minimum.posed.whole.names.index(stands)
    error = float(errors[place])
    return FittedConstant(
        name,
        float(minimum.values[place]),
        error if math.isfinite(error) else None,
        at_bound=place not in minimum.moving,
        same_as=end,
    )


def _r2(rows: Rows, rss: float) -> float | None:
    weights = np.ones(len(rows.target)) if rows.root is None else np.asarray(rows.root, dtype=np.float64) ** 2
    return r_squared_of_error(math.sqrt(rss / float(weights.sum())), rows.target, weights)


def _log_likelihood(rows: Rows, rss: float, *, known_sigma: bool) -> float | None:
    """Σ log N(y; f, σ): with given σ as they are, else σ² = RSS/n over the weights."""
    count = len(rows.target)
    scale = 0.0 if rows.root is None else float(np.log(rows.root).sum())
    if known_sigma:
        return -0.5 * (rss + count * math.log(2 * math.pi)) + scale
    if rss <= 0:
        return None
    return -0.5 * count * (math.log(2 * math.pi * rss / count) + 1) + scale


def _notes(constants: Sequence[FittedConstant], minimum: Minimum, *, converged: bool, ended_early: bool) -> tuple[str, ...]:
    made: list[str] = []
    if ended_early:
        made.append("The time was over before the fit was; this is the best so far.")
    elif not converged:
        made.append("The fit did not converge: some constant still changes. Give start values or bounds.")
    bound = [constant.name for constant in constants if constant.at_bound]
    if bound:
        made.append(f"{_listed(bound)} ended at a bound and {'have' if len(bound) > 1 else 'has'} no error bar.")
    judged = minimum.estimated
    if minimum.spare <= 0:
        made.append("There are as many constants as rows, so there are no error bars.")
    elif judged is None:
        made.append("The slopes of the formula are not defined on all rows, so there are no error bars.")
    else:
        names = minimum.posed.whole.names
        pairs = zip(minimum.moving.tolist(), judged.errors, strict=True)
        lost = [names[int(place)] for place, error in pairs if math.isnan(error)]
        if lost and converged:
            made.append(f"The rows do not determine {_listed(lost)}: other values fit as well. Fix one, or leave it out.")
    return tuple(made)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
