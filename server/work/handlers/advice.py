"""What to do next when equations are not solved, said with the verdict."""

from __future__ import annotations

from kan_core.network.network import Network
from kan_core.symbolic.asking import Asking
from kan_core.symbolic.fulfilment import Fulfilment


def advice(asking: Asking, shares: Fulfilment, network: Network, points: int, *, cancelled: bool) -> str:
    """Which equation is fulfilled worst, and what may help; nothing of a solution.

    Args:
        asking: the equations.
        shares: what is left of each.
        network: as it was left.
        points: at which the equations were asked.
        cancelled: whether a person stopped it, so that going on is the first thing to do.
    """
    if shares.verdict() == "solved":
        return ""
    where = f"Most is left of \u2018{asking.worst(shares).text}\u2019." if len(asking.texts) > 1 else ""
    if cancelled:
        return f"{where} Solving again goes on.".strip()
    grid = max(layer.grid.intervals for layer in network.layers)
    finer = f"finer grids ({2 * grid}, {4 * grid})" if _has_splines(network) else "splines instead of functions"
    helps = f"Solve again with {finer} or more points ({2 * points:,}), or start over with more nodes or more starts."
    return f"{where} {helps}".strip()


def _has_splines(network: Network) -> bool:
    return any(bool(layer.structure.spline.any()) for layer in network.layers)
