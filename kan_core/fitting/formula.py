"""Fit the named constants of a formula that a person wrote to rows: the form stays, the constants move.

Start values may be given, for some or all constants; where they are missing, or lead to a fit that looks wrong, starts are
searched for. Even a fit that looks right is compared with one search, since a wrong minimum seldom looks wrong. Called by the
command line, the server and people who write Python.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import DataError, FormulaError
from kan_core.evidence.r2 import r_squared
from kan_core.expression.text import NUMBERS, parse
from kan_core.expression.tree import Column, Exact, Expression, columns_of, constants_of, with_constants
from kan_core.expression.values import values_of
from kan_core.expression.writing import written
from kan_core.fitting.descent import Descended, DescentOptions, Stop, descend
from kan_core.fitting.estimate import Estimated, estimated
from kan_core.fitting.explaining import names_to_check, undefined
from kan_core.fitting.problem import Posed, Rows, Whole, pose, solved
from kan_core.fitting.rows import rows_of
from kan_core.fitting.search import search
from kan_core.fitting.twins import chosen_twin

Array = NDArray[np.floating[Any]]
Places = NDArray[np.intp]

SAME = 1e-6
"""Relative difference of Σr² below which two minima are one: the start's stays, with its signs and its order of like terms."""
ELSEWHERE = "A better fit lies elsewhere than next to the start values; this is the better one."


@dataclass(frozen=True, slots=True)
class Setting:
    """What a person says of one constant.

    Attributes:
        start: where to begin, or the value when it is fixed.
        low, high: bounds.
        fixed: whether it stays at `start`.
    """

    start: float | None = None
    low: float = -math.inf
    high: float = math.inf
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A formula as a person wrote it: left(target) = right(columns, constants).

    Attributes:
        left: of the one column that is the target; the column itself when nothing stands before "=".
        right: with named constants.
        columns: names of the inputs.
        target: name of the target.
    """

    left: Expression
    right: Expression
    columns: tuple[str, ...]
    target: str

    @property
    def names(self) -> tuple[str, ...]:
        """The constants, in order of appearance."""
        return constants_of(self.right)

    @property
    def left_text(self) -> str:
        """The left-hand side."""
        return written(self.left, [self.target])

    def text(self, values: Mapping[str, float] | None = None) -> str:
        """right-hand side; with numbers in place of the constants that have a value."""
        numbers = {name: Exact(value) for name, value in (values or {}).items()}
        return written(with_constants(self.right, numbers), self.columns)


@dataclass(frozen=True, slots=True)
class FittedConstant:
    """A constant after the fit.

    Attributes:
        name: as written.
        value: fitted, or as given.
        standard_error: None when it is fixed, at a bound, or not determined by the rows.
        fixed: whether a person fixed it.
        at_bound: whether it ended at one of its bounds.
    """

    name: str
    value: float
    standard_error: float | None
    fixed: bool = False
    at_bound: bool = False


@dataclass(frozen=True, eq=False)
class FormulaFit:
    """A fitted formula.

    Attributes:
        model: as it was written.
        constants: in order of appearance.
        rss: Σ of squared weighted residuals.
        rows: that were fitted.
        degrees_of_freedom: rows less free constants.
        r2: 1 - RSS/Σw(y - ȳ)² on the fitted rows; None for fewer than `LEAST_JUDGED` or a constant target.
        reduced_chi2: RSS/degrees of freedom where σ was given.
        log_likelihood: of independent normal residuals; σ by maximum likelihood unless given. None without residual.
        correlation: (free, free) of the free constants in order.
        free: names of the free constants.
        converged: whether no constant can improve the fit any more.
        notes: what a reader must know, in sentences.
    """

    model: Model
    constants: tuple[FittedConstant, ...]
    rss: float
    rows: int
    degrees_of_freedom: int
    r2: float | None
    reduced_chi2: float | None
    log_likelihood: float | None
    correlation: Array
    free: tuple[str, ...]
    converged: bool
    notes: tuple[str, ...] = ()
    _parameters: int = field(default=0)

    @property
    def values(self) -> dict[str, float]:
        """Each constant's value."""
        return {constant.name: constant.value for constant in self.constants}

    @property
    def formula(self) -> str:
        """The right-hand side with the values in full digits."""
        return self.model.text(self.values)

    @property
    def aic(self) -> float | None:
        """2k - 2·log likelihood, with σ among the k parameters unless it was given (Akaike 1974)."""
        return None if self.log_likelihood is None else 2 * self._parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float | None:
        """k·log n - 2·log likelihood (Schwarz 1978)."""
        return None if self.log_likelihood is None else self._parameters * math.log(self.rows) - 2 * self.log_likelihood

    def predict(self, inputs: Array) -> Array:
        """(rows,) the right-hand side at other inputs."""
        numbers = {name: Exact(value) for name, value in self.values.items()}
        return values_of(with_constants(self.model.right, numbers), np.asarray(inputs, dtype=np.float64))


def read_model(text: str, columns: Sequence[str], target: str) -> Model:
    """Read "right" or "left = right"; names that are neither columns, functions nor known numbers are constants.

    Raises:
        FormulaError: not in the grammar, the target on the right, or something other than the target on the left.
    """
    left, sign, right = text.rpartition("=")
    # Blanks in the place of the left side: positions in errors are those of the whole text.
    right = " " * (len(text) - len(right)) + right
    tree = parse(right, columns, constants=True) if target in columns else _without_target(right, columns, target)
    applied = parse(left, [target]) if sign else Column(0)
    if not columns_of(applied):
        raise FormulaError(f"'{target}' is the target; it must stand on the left of '='")
    return Model(applied, tree, tuple(columns), target)


def _without_target(text: str, columns: Sequence[str], target: str) -> Expression:
    tree = parse(text, columns, constants=True)
    if target in constants_of(tree):
        raise FormulaError(f"'{target}' is the target; it stands on the left of '=', not on the right")
    return tree


def fit_formula(
    model: Model,
    inputs: Array,
    target: Array,
    settings: Mapping[str, Setting] | None = None,
    *,
    sigma: Array | None = None,
    weights: Array | None = None,
    seed: int = 0,
    stop: Stop = lambda: False,
) -> FormulaFit:
    """Least squares on all rows.

    Args:
        model: what is fitted.
        inputs: (rows, inputs) finite.
        target: (rows,) finite, in raw units; the model's left side is applied here.
        settings: of some constants, by name.
        sigma: (rows,) > 0 standard deviations of the target, believed as they are.
        weights: (rows,) ≥ 0, relative; a weight of 0 leaves the row out.
        seed: of the search for starts.
        stop: asked between steps; what is best then is the answer.

    Raises:
        DataError: too few rows, or values, σ or weights that cannot be used; says which rows.
        FormulaError: a setting for no constant, or a formula that is defined on the rows for no value of its constants.
    """
    # Steps lead where the formula is not defined or too large; that is looked at, not announced.
    with np.errstate(all="ignore"):
        return _fitted(model, inputs, target, dict(settings or {}), sigma, weights, seed, stop)


def _fitted(
    model: Model,
    inputs: Array,
    target: Array,
    settings: Mapping[str, Setting],
    sigma: Array | None,
    weights: Array | None,
    seed: int,
    stop: Stop,
) -> FormulaFit:
    _check_settings(model, settings)
    rows = rows_of(model.left, inputs, target, sigma, weights)
    fixed = {name: _value_of(name, setting) for name, setting in settings.items() if setting.fixed}
    free = tuple(name for name in model.names if name not in fixed)
    _check_count(free, len(rows.target))
    asked = [settings.get(name, Setting()) for name in free]
    low, high = np.array([each.low for each in asked]), np.array([each.high for each in asked])
    bounded = frozenset(
        name for name, each in zip(free, asked, strict=True) if math.isfinite(each.low) or math.isfinite(each.high)
    )
    posed = pose(model.right, rows, free, fixed, bounded)
    start = np.array([math.nan if each.start is None else each.start for each in asked])
    minimum = _minimum(posed, start, low, high, seed, stop)
    if minimum is None:
        plain = with_constants(model.right, {name: Exact(value) for name, value in fixed.items()})
        raise FormulaError(undefined(plain, rows.inputs, model.columns))
    found, notes = minimum
    notes = (*names_to_check(model.right, model.columns), *notes)
    found = replace(found, values=chosen_twin(posed, found.values, start, low, high))
    return _told(model, posed, found, low, high, notes, known_sigma=sigma is not None)


def _check_settings(model: Model, settings: Mapping[str, Setting]) -> None:
    known = ", ".join(model.names) or "none"
    for name, setting in settings.items():
        if name in (*model.columns, *NUMBERS):
            raise FormulaError(f"'{name}' is a {'column' if name in model.columns else 'known number'}, not a constant to fit")
        if name not in model.names:
            raise FormulaError(f"the formula has no constant called '{name}'; its constants are: {known}")
        if not setting.low <= setting.high or math.isnan(setting.low) or math.isnan(setting.high):
            raise FormulaError(f"the bounds of '{name}' leave it no value: {setting.low:g} to {setting.high:g}")
        if setting.start is not None and not (math.isfinite(setting.start) and setting.low <= setting.start <= setting.high):
            raise FormulaError(f"'{name}' cannot begin at {setting.start:g}: that is outside its bounds")


def _value_of(name: str, setting: Setting) -> float:
    if setting.start is None:
        raise FormulaError(f"'{name}' is fixed, but no value is given for it")
    return setting.start


def _check_count(free: Sequence[str], rows: int) -> None:
    if rows < max(1, len(free)):
        raise DataError(
            f"{len(free)} constants cannot be fitted to {rows} rows; fix some of them, or give at least {len(free)} rows"
        )


def _minimum(
    posed: Posed, start: Array, low: Array, high: Array, seed: int, stop: Stop
) -> tuple[Descended, tuple[str, ...]] | None:
    """The best minimum of all constants, and what to say of how it was found; None where the formula is defined nowhere."""
    reduced = posed.reduced
    begun = reduced.reduced(start)
    near = None if np.isnan(begun).any() else _from_start(posed, start, low, high, stop)
    looked = search(posed, reduced.reduced(low), reduced.reduced(high), seed, stop=stop)
    far = None if looked is None else _polished(posed, reduced.expanded(looked.values), low, high, stop)
    if near is not None and (far is None or near.loss - far.loss <= _same(near.loss, posed.rounding)):
        return near, ()
    if far is None:
        return None
    return far, (() if near is None or not len(begun) else (ELSEWHERE,))


def _same(loss: float, rounding: float) -> float:
    """Difference of Σr² that says nothing: Σ(r + δ)² moves by up to 2·|r|·|δ| with rounding errors δ."""
    return max(SAME * loss, 2 * math.sqrt(loss * rounding) + rounding)


def _from_start(posed: Posed, start: Array, low: Array, high: Array, stop: Stop) -> Descended | None:
    """The minimum next to the start values; None when the formula is not defined there."""
    reduced = posed.reduced
    own_low, own_high = reduced.reduced(low), reduced.reduced(high)
    near = descend(reduced, reduced.reduced(start), None, own_low, own_high, stop)
    candidates = [reduced.expanded(near.values)] if math.isfinite(near.loss) else []
    if not np.isnan(start).any():
        candidates.append(start)
    for values in candidates:
        made = _polished(posed, values, low, high, stop)
        if math.isfinite(made.loss):
            return made
    return None


def _polished(posed: Posed, values: Array, low: Array, high: Array, stop: Stop) -> Descended:
    """All constants moved together to the end."""
    return descend(posed.whole, values, DescentOptions(), low, high, stop)


def _told(
    model: Model, posed: Posed, found: Descended, low: Array, high: Array, notes: tuple[str, ...], *, known_sigma: bool
) -> FormulaFit:
    """Errors and measures of a minimum; the residual in extended precision, since it may be near rounding."""
    whole, rows, free = posed.whole, posed.rows, posed.whole.names
    precise = Whole(posed.expression, rows, free, posed.fixed, precise=True)
    held = (found.values <= low) | (found.values >= high)
    moving = np.flatnonzero(~held)
    found, residual = _last_digits(precise, found, moving)
    rss, count = float(residual @ residual), len(rows.target)
    spare = count - len(moving)
    variance = 1.0 if known_sigma else rss / spare if spare > 0 else math.nan
    jacobian = whole.linearised(found.values)[1][:, moving]
    errors = np.full(len(free), math.nan)
    judged = estimated(jacobian, variance) if np.isfinite(jacobian).all() else None
    correlation = np.full((len(free), len(free)), math.nan)
    if judged is not None:
        errors[moving] = judged.errors
        correlation[np.ix_(moving, moving)] = judged.correlation
    believed = found.converged
    constants = tuple(
        _constant(name, posed, found.values, errors if believed else np.full(len(free), math.nan), held) for name in model.names
    )
    return FormulaFit(
        model=model,
        constants=constants,
        rss=rss,
        rows=count,
        degrees_of_freedom=spare,
        r2=_r2(rows, residual),
        reduced_chi2=rss / spare if known_sigma and spare > 0 else None,
        log_likelihood=_log_likelihood(rows, rss, known_sigma=known_sigma),
        correlation=correlation,
        free=free,
        converged=found.converged,
        notes=(*notes, *_notes(constants, found, spare, judged, moving, free)),
        _parameters=len(moving) + (0 if known_sigma else 1),
    )


def _last_digits(precise: Whole, found: Descended, moving: Places) -> tuple[Descended, Array]:
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
    return replace(found, values=values), residual


def _constant(name: str, posed: Posed, values: Array, errors: Array, held: NDArray[np.bool_]) -> FittedConstant:
    if name in posed.fixed:
        return FittedConstant(name, posed.fixed[name], None, fixed=True)
    place = posed.whole.names.index(name)
    error = float(errors[place])
    return FittedConstant(name, float(values[place]), error if math.isfinite(error) else None, at_bound=bool(held[place]))


def _r2(rows: Rows, residual: Array) -> float | None:
    """Of (rows,) residuals times the root of their weights."""
    root = np.ones(len(rows.target)) if rows.root is None else rows.root
    return r_squared(np.asarray(residual, dtype=np.float64) / root, rows.target, root**2)


def _log_likelihood(rows: Rows, rss: float, *, known_sigma: bool) -> float | None:
    """Σ log N(y; f, σ): with given σ as they are, else σ² = RSS/n over the weights."""
    count = len(rows.target)
    scale = 0.0 if rows.root is None else float(np.log(rows.root).sum())
    if known_sigma:
        return -0.5 * (rss + count * math.log(2 * math.pi)) + scale
    if rss <= 0:
        return None
    return -0.5 * count * (math.log(2 * math.pi * rss / count) + 1) + scale


def _notes(
    constants: Sequence[FittedConstant],
    found: Descended,
    spare: int,
    judged: Estimated | None,
    moving: Places,
    free: Sequence[str],
) -> tuple[str, ...]:
    made: list[str] = []
    if not found.converged:
        made.append("The fit did not converge: some constant still changes. Give start values or bounds.")
    bound = [constant.name for constant in constants if constant.at_bound]
    if bound:
        made.append(f"{_listed(bound)} ended at a bound and {'have' if len(bound) > 1 else 'has'} no error bar.")
    if spare <= 0:
        made.append("There are as many constants as rows, so there are no error bars.")
    elif judged is None:
        made.append("The slopes of the formula are not defined on all rows, so there are no error bars.")
    else:
        lost = [free[int(place)] for place, error in zip(moving.tolist(), judged.errors, strict=True) if math.isnan(error)]
        if lost and found.converged:
            made.append(f"The rows do not determine {_listed(lost)}: other values fit as well. Fix one, or leave it out.")
    return tuple(made)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
