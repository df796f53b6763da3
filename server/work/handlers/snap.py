"""Make constants of the formula exact numbers, refit the others, and move the network to that formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy

from kan_core.expression.tree import Expression
from kan_core.network.network import Network
from kan_core.symbolic.constants import Model, estimate, parametrise
from kan_core.symbolic.exact import exact_text, exact_value
from kan_core.symbolic.follow import follow_formula
from kan_core.symbolic.snap import snap_constants
from server.contract.actions import Snap
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.sentences import change_sentence, digits, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, situation_of
from server.work.views.metrics import metrics
from server.work.views.written_out import written_out


def snap(action: Snap, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """The network whose formula has the exact numbers.

    Raises:
        WorkError: splines are left, or a constant is named twice.
        FormulaError: no such constant, a text that is no number, or locked edges keep the network from following.
    """
    situation = situation_of(parent, table)
    expressions = written_out(situation)
    exact = _values(action)
    with np.errstate(all="ignore"):
        snapped = snap_constants(expressions, exact, situation.split)
        distance = _distance_sentence(situation, expressions, exact)
    texts = dict.fromkeys([*situation.network.exact, *(exact_text(value) for value in exact.values())])
    result = situation.with_network(moved(situation, snapped, tuple(texts)))
    change = change_sentence(metrics(situation), metrics(result))
    return finish(result, sentences(distance, change))


def moved(situation: Situation, expressions: tuple[Expression, ...], exact: tuple[str, ...]) -> Network:
    """The network with constants such that it gives the formula's values, remembering the exact numbers.

    Raises:
        FormulaError: locked edges keep it from following.
    """
    with np.errstate(all="ignore"):
        network = follow_formula(situation.network, expressions, situation.split.train.inputs)
    return replace(network, exact=exact)


def _values(action: Snap) -> dict[int, sympy.Expr]:
    values: dict[int, sympy.Expr] = {}
    for wanted in action.values:
        if wanted.constant in values:
            raise WorkError(f"Constant {wanted.constant} is snapped twice.", hint="Keep one of the two.")
        values[wanted.constant] = exact_value(wanted.value)
    return values


def _distance_sentence(situation: Situation, expressions: tuple[Expression, ...], exact: dict[int, sympy.Expr]) -> str:
    """How far each number was, in standard errors: `3.141 → pi (0.4 standard errors)`."""
    found = estimate(Model(parametrise(expressions)), situation.split.train).constants
    parts: list[str] = []
    for place, value in exact.items():
        constant = found[place]
        away = abs(float(value) - constant.value)
        known = constant.determined and constant.stderr > 0
        far = f" ({digits(away / constant.stderr)} standard errors away)" if known else ""
        parts.append(f"{constant.value:.4g} → {exact_text(value)}{far}")
    shown = parts[:3] + ([f"{len(parts) - 3} more"] if len(parts) > 3 else [])
    return f"{', '.join(shown)}."
