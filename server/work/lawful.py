"""Rows and columns of a session as the operations on laws take them."""

from __future__ import annotations

import math

from kan_core.errors import FormulaError
from kan_core.expression.law import Law
from kan_core.law.following import follow
from kan_core.law.losses import row_loss
from kan_core.law.network_law import with_law
from kan_core.law.problem import LawRows
from kan_core.law.refit import judge
from kan_core.law.rows import law_rows as rows_of_law
from kan_core.training.data import Table
from kan_core.training.objectives import Objective
from server.work.result import WorkError
from server.work.situation import Situation


def lawful(situation: Situation) -> Situation:
    """The situation with the law of its network, where it has one or one can be made."""
    rows = situation.rows
    return situation.with_network(with_law(situation.network, situation.split.train, rows.inputs, rows.targets))


def following(situation: Situation, law: Law) -> Situation:
    """The situation with a network that says what the law says.

    Raises:
        FormulaError: the law has no value on the rows, or locked edges keep the network from following.
    """
    return situation.with_network(follow(situation.network, law, situation.split.train, situation.rows.targets))


def law_rows(situation: Situation, table: Table, objective: Objective | None = None, *, held: bool = True) -> LawRows:
    """Rows of the session with its objective, or another one; `held` for fits (see `law.losses`)."""
    loss = row_loss(objective or situation.rows.objective, situation.network.normalisation, held=held)
    return rows_of_law(table, loss)


def errors_of(situation: Situation, law: Law) -> dict[str, float]:
    """Standard errors of the free constants that the training rows determine, by name; none where the law has no slope there."""
    try:
        judged = judge(law, law_rows(situation, situation.split.train))
    except FormulaError:
        return {}
    return {name: error for name in judged.names if math.isfinite(error := judged.error(name))}


def law_of(situation: Situation) -> Law:
    """The law of a session's network.

    Raises:
        WorkError: there is none: splines are left, or the formula cannot be one.
    """
    law = lawful(situation).network.law
    if law is not None:
        return law
    if any(layer.structure.has_splines for layer in situation.network.layers):
        raise WorkError(
            "Splines are left in the formula, so its constants cannot be judged one by one.",
            hint="Accept a function for every edge, or prune it.",
        )
    raise WorkError(
        "The formula is too long to write out, or has a function that stands for itself.", hint="Prune weak edges first."
    )
