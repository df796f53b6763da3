"""Formulas of several targets that share constants: one fit, in which each target counts in its own noise.

The rows stand below one another with a column that says whose they are; the formula is a choice among the targets' own. Where
σ is not known, each target's residuals are divided by the spread that its formula leaves when it is fitted alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.tree import Apply, Column, Exact, Expression, rebuilt
from kan_core.fitting.formula import fit_rows
from kan_core.fitting.model import Model, Setting
from kan_core.fitting.problem import Rows
from kan_core.fitting.result import FormulaFit, SigmaKind
from kan_core.fitting.stopping import Stop, never

Array = NDArray[np.floating[Any]]


def fit_together(
    models: Sequence[Model],
    rows: Sequence[Rows],
    settings: Mapping[str, Setting],
    sigma: SigmaKind,
    *,
    seed: int = 0,
    stop: Stop = never,
) -> FormulaFit:
    """One fit of several formulas, each on its own rows.

    Args:
        models: among their rows, one a target; equal names are one constant.
        rows: of each.
        settings: what is said of constants, by name.
        sigma: what is known of the rows.
        seed: of the search for starts.
        stop: asked between steps.

    Raises:
        DataError: too few rows.
        FormulaError: a formula that is defined on its rows for no value of its constants.
    """
    apart = [
        fit_rows(model, own, {name: each for name, each in settings.items() if name in model.names}, sigma, seed=seed, stop=stop)
        for model, own in zip(models, rows, strict=True)
    ]
    begun = {name: value for fitted in reversed(apart) for name, value in fitted.values.items()}
    said = {name: _beginning(settings.get(name, Setting()), value) for name, value in begun.items()}
    columns = tuple(dict.fromkeys(name for model in models for name in model.columns))
    which = next(name for place in range(len(columns) + 1) if (name := f"target{place}") not in columns)
    right = _choice([_moved(model, columns) for model in models], Column(len(columns)))
    families = tuple(dict.fromkeys(family for model in models for family in model.families))
    joined = Model(Column(0), right, (*columns, which), "target", families=families)
    spreads = [1.0 if sigma == "absolute" else fitted.variance**0.5 for fitted in apart]
    return fit_rows(joined, _below(models, rows, columns, spreads), said, sigma, anywhere=False, seed=seed, stop=stop)


def _beginning(setting: Setting, value: float) -> Setting:
    if setting.same_as is not None:
        return setting
    return Setting(value if setting.start is None else setting.start, setting.low, setting.high, setting.fixed)


def _moved(model: Model, columns: Sequence[str]) -> Expression:
    """The right-hand side over the columns of all."""
    places = [columns.index(name) for name in model.columns]
    return rebuilt(model.right, lambda node: Column(places[node.index]) if isinstance(node, Column) else None)


def _choice(formulas: Sequence[Expression], which: Expression) -> Expression:
    made = formulas[-1]
    for place in range(len(formulas) - 2, -1, -1):
        made = Apply("where", (Apply("less", (which, Exact(place + 0.5))), formulas[place], made))
    return made


def _below(models: Sequence[Model], rows: Sequence[Rows], columns: Sequence[str], spreads: Sequence[float]) -> Rows:
    """The rows below one another; a column that a formula does not have is 1 there, and takes no part."""
    parts: list[Array] = []
    for place, (model, own) in enumerate(zip(models, rows, strict=True)):
        inputs = np.ones((len(own.target), len(columns) + 1))
        inputs[:, [columns.index(name) for name in model.columns]] = own.inputs
        inputs[:, -1] = place
        parts.append(inputs)
    roots = [
        (np.ones(len(own.target)) if own.root is None else own.root) / (spread if spread > 0 else 1.0)
        for own, spread in zip(rows, spreads, strict=True)
    ]
    return Rows(np.concatenate(parts), np.concatenate([own.target for own in rows]), np.concatenate(roots))
