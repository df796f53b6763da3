"""Fit the named constants of a formula that a person wrote to rows: the form stays, the constants move.

Start values may be given, for some or all constants; where they are missing, or lead to a fit that looks wrong, starts are
searched for. Even a fit that looks right is compared with one search, since a wrong minimum seldom looks wrong. Called by the
command line, the server and people who write Python.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import DataError, FormulaError
from kan_core.expression.tree import Exact, with_constants
from kan_core.fitting.descent import Descended, DescentOptions, descend
from kan_core.fitting.explaining import names_to_check, undefined
from kan_core.fitting.minimum import Minimum
from kan_core.fitting.model import Model, Setting, read_model, settings_of
from kan_core.fitting.problem import Posed, Rows, Whole, pose, solved
from kan_core.fitting.result import FormulaFit, SigmaKind
from kan_core.fitting.rows import rows_of
from kan_core.fitting.scales import natural_scales
from kan_core.fitting.search import search
from kan_core.fitting.stopping import Heard, Stop, never
from kan_core.fitting.telling import told
from kan_core.fitting.twins import chosen_twin

__all__ = ["FormulaFit", "Model", "Setting", "fit_formula", "read_model"]

Array = NDArray[np.floating[Any]]
Places = NDArray[np.intp]

SAME = 1e-6
"""Relative difference of Σr² below which two minima are one: the start's stays, with its signs and its order of like terms."""
ELSEWHERE = "A better fit lies elsewhere than next to the start values; this is the better one."


def fit_formula(  # noqa: PLR0913 - what a person may say of a fit
    model: Model,
    inputs: Array,
    target: Array,
    settings: Mapping[str, Setting] | None = None,
    *,
    sigma: Array | None = None,
    absolute: bool = True,
    weights: Array | None = None,
    anywhere: bool = True,
    seed: int = 0,
    stop: Stop = never,
) -> FormulaFit:
    """Least squares on all rows.

    Args:
        model: what is fitted.
        inputs: (rows, inputs) finite.
        target: (rows,) finite, in raw units; the model's left side is applied here.
        settings: of some constants, by name; of one per category by Vm[treated], or by Vm for all of them.
        sigma: (rows,) > 0 standard deviations of the target.
        absolute: whether σ is believed as it is; else in its ratios only, and error bars follow from the residuals.
        weights: (rows,) ≥ 0, relative; a weight of 0 leaves the row out.
        anywhere: whether better minima are looked for away from the start values; without start values they always are.
        seed: of the search for starts.
        stop: asked between steps; what is best then is the answer.

    Raises:
        DataError: too few rows, or values, σ or weights that cannot be used; says which rows.
        FormulaError: a setting for no constant, or a formula that is defined on the rows for no value of its constants.
    """
    # Steps lead where the formula is not defined or too large; that is looked at, not announced.
    with np.errstate(all="ignore"):
        model = model.among(np.asarray(inputs, dtype=np.float64))
        settings = settings_of(model, settings or {})
        rows = rows_of(model.left, inputs, target, sigma, weights)
        kind: SigmaKind = "none" if sigma is None else "absolute" if absolute else "relative"
        return fit_rows(model, rows, settings, kind, anywhere=anywhere, seed=seed, stop=stop)


def fit_rows(
    model: Model,
    rows: Rows,
    settings: Mapping[str, Setting],
    sigma: SigmaKind,
    *,
    anywhere: bool = True,
    seed: int = 0,
    stop: Stop = never,
) -> FormulaFit:
    """As `fit_formula`, on rows that are ready and with settings that were checked."""
    with np.errstate(all="ignore"):
        task = _task(model, rows, settings)
        heard = Heard(stop)
        found, notes = _best(task, anywhere, seed, heard)
        notes = (*names_to_check(task.model.right, model.columns), *notes)
        values = chosen_twin(task.posed, found.values, task.start, task.low, task.high)
        minimum, residual = _at(task, replace(found, values=values), known_sigma=sigma == "absolute")
        return told(model, task.ends, minimum, found, residual, notes, sigma, ended_early=heard.yes)


@dataclass(frozen=True, eq=False)
class _Task:
    """A fit before it begins.

    Attributes:
        model: with equal constants made one.
        ends: the constant that stands for each of those that went.
        posed: formula and rows.
        start: (free,) NaN where none is given.
        low, high: (free,) bounds.
    """

    model: Model
    ends: Mapping[str, str]
    posed: Posed
    start: Array
    low: Array
    high: Array


def _task(model: Model, rows: Rows, settings: Mapping[str, Setting]) -> _Task:
    """What is to be fitted.

    Raises:
        DataError: too few rows.
        FormulaError: a tie that leads nowhere.
    """
    merged, ends = model.tied(settings)
    fixed = {name: float(each.start or 0.0) for name, each in settings.items() if each.fixed}
    free = tuple(name for name in merged.names if name not in fixed)
    if len(rows.target) < max(1, len(free)):
        raise DataError(
            f"{len(free)} constants cannot be fitted to {len(rows.target)} rows; fix some of them, or give at least "
            f"{len(free)} rows"
        )
    asked = [settings.get(name, Setting()) for name in free]
    low, high = np.array([each.low for each in asked]), np.array([each.high for each in asked])
    bounded = frozenset(
        name for name, ends_at in zip(free, zip(low, high, strict=True), strict=True) if np.isfinite(ends_at).any()
    )
    start = np.array([math.nan if each.start is None else each.start for each in asked])
    return _Task(merged, ends, pose(merged.right, rows, free, fixed, bounded), start, low, high)


def _best(task: _Task, anywhere: bool, seed: int, stop: Stop) -> tuple[Descended, tuple[str, ...]]:
    """The best minimum of all constants, and what to say of how it was found.

    Raises:
        FormulaError: the formula is defined nowhere.
    """
    posed, low, high = task.posed, task.low, task.high
    reduced = posed.reduced
    begun = reduced.reduced(task.start)
    near = None if np.isnan(begun).any() else _from_start(task, stop)
    if near is not None and not anywhere:
        return near, ()
    looked = search(posed, reduced.reduced(low), reduced.reduced(high), seed, stop=stop)
    far = None if looked is None else _polished(task, reduced.expanded(looked.values), (), stop)
    if near is not None and (far is None or near.loss - far.loss <= _same(near.loss, posed.rounding)):
        return near, ()
    if far is None and stop():
        far = _begun(task)
    if far is None:
        plain = with_constants(task.model.right, {name: Exact(value) for name, value in posed.fixed.items()})
        raise FormulaError(undefined(plain, posed.rows.inputs, task.model.columns))
    return far, (() if near is None or not len(begun) else (ELSEWHERE,))


def _begun(task: _Task) -> Descended | None:
    """Natural sizes, with the linear constants at their best there: what there is when no time was left to look."""
    posed, reduced = task.posed, task.posed.reduced
    sizes = natural_scales(posed.expression, posed.rows.inputs, posed.rows.target, posed.whole.names)
    natural = np.clip([sizes[name] for name in posed.whole.names], task.low, task.high)
    values = np.where(np.isnan(task.start), natural, task.start)
    made = np.clip(reduced.expanded(reduced.reduced(values)), task.low, task.high)
    loss = _loss(posed.whole, made)
    return Descended(made, loss, converged=False, steps=0, path=(loss,)) if math.isfinite(loss) else None


def _same(loss: float, rounding: float) -> float:
    """Difference of Σr² that says nothing: Σ(r + δ)² moves by up to 2·|r|·|δ| with rounding errors δ."""
    return max(SAME * loss, 2 * math.sqrt(loss * rounding) + rounding)


def _from_start(task: _Task, stop: Stop) -> Descended | None:
    """The minimum next to the start values; None when the formula is not defined there."""
    reduced, start = task.posed.reduced, task.start
    own_low, own_high = reduced.reduced(task.low), reduced.reduced(task.high)
    near = descend(reduced, reduced.reduced(start), None, own_low, own_high, stop)
    whole = not np.isnan(start).any()
    begun = _loss(task.posed.whole, start) if whole else math.nan
    path = (begun,) if math.isfinite(begun) and near.path and begun > near.path[0] else ()
    candidates = [(reduced.expanded(near.values), path + near.path)] if math.isfinite(near.loss) else []
    if whole:
        candidates.append((start, ()))
    for values, before in candidates:
        made = _polished(task, values, before, stop)
        if math.isfinite(made.loss):
            return made
    return None


def _loss(whole: Whole, values: Array) -> float:
    residual = whole.residual(values)
    return float(residual @ residual)


def _polished(task: _Task, values: Array, before: tuple[float, ...], stop: Stop) -> Descended:
    """All constants moved together to the end; `before` is the way that led there."""
    made = descend(task.posed.whole, values, DescentOptions(), task.low, task.high, stop)
    return replace(made, path=before + made.path[1 if before else 0 :])


def _at(task: _Task, found: Descended, *, known_sigma: bool) -> tuple[Minimum, Array]:
    """The minimum and its residual in extended precision, since it may be near rounding."""
    posed, values = task.posed, found.values
    precise = Whole(posed.expression, posed.rows, posed.whole.names, posed.fixed, precise=True)
    moving = np.flatnonzero(~((values <= task.low) | (values >= task.high)))
    values, residual = _last_digits(precise, found, moving)
    rss = float(residual @ residual)
    return Minimum(posed, values, task.low, task.high, moving, rss, known_sigma), residual


def _last_digits(precise: Whole, found: Descended, moving: Places) -> tuple[Array, Array]:
    """Gauss-Newton steps on a residual in extended precision: the digits that doubles lose where the fit is nearly exact."""
    values, (residual, jacobian) = found.values, precise.linearised(found.values)
    for _ in range(2):
        step = solved(jacobian[:, moving].astype(np.float64), residual.astype(np.float64))
        if step is None or not found.converged:
            break
        trial = values.copy()
        trial[moving] += step
        new_residual, new_jacobian = precise.linearised(trial)
        if not float(new_residual @ new_residual) < float(residual @ residual):
            break
        values, residual, jacobian = trial, new_residual, new_jacobian
    return values, residual
