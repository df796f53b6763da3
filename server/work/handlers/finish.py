"""The last step of every action: network → everything a revision is made of."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.network.snapshot import to_bytes
from server.contract.views import LossPoint
from server.work.lawful import lawful
from server.work.result import Result
from server.work.situation import Situation
from server.work.views.curves_frame import curves_frame
from server.work.views.formula_view import write
from server.work.views.metrics import metrics, without_value
from server.work.views.network_view import network_view


def finish(
    situation: Situation,
    message: str | None = None,
    *,
    losses: Sequence[LossPoint] = (),
    cancelled: bool = False,
    simplify: bool = False,
) -> Result:
    """Views, errors, formula and curves of the action's network.

    Args:
        situation: the new network among the rows.
        message: what the action found.
        losses: its training history.
        cancelled: whether the person cut it short.
        simplify: whether a long formula without splines is worth some seconds of sympy.

    Raises:
        WorkError: the network has no value on any row.
    """
    situation = lawful(situation)
    written = write(situation, simplify=simplify)
    without = without_value(situation)
    if without:
        rows = "On 1 row" if without == 1 else f"On {without:,} rows"
        left = f"{rows} an edge leaves the domain of its function; errors do not count them."
        message = " ".join(filter(None, [message, left]))
    return Result(
        network=to_bytes(situation.network),
        network_view=network_view(situation),
        metrics=metrics(situation, written.values),
        formula=written.view,
        curves=curves_frame(situation),
        losses=tuple(losses),
        message=message,
        outcome="cancelled" if cancelled else "done",
        equations=situation.rows.equations,
    )
