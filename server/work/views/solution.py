"""Whether a function solves the equations a session began with, in a sentence; every door says it in the same words.

Called by the handlers that fit and search, by exports and by the report.
"""

from __future__ import annotations

from server.contract.views import Metrics, SolutionVerdict
from server.work.situation import Situation
from server.work.views.metrics import solution_metrics


def solution_sentence(situation: Situation) -> str:
    """`This is not a solution: …` for the network as it is; empty where the session did not begin with equations."""
    found = solution_metrics(situation)
    return verdict_sentence(found.get("verdict"), found.get("relative_residual"))


def metrics_sentence(metrics: Metrics) -> str:
    """The same of a revision."""
    return verdict_sentence(metrics.verdict, metrics.relative_residual)


def verdict_sentence(verdict: SolutionVerdict | None, relative: float | None) -> str:
    """Verdict and figure; empty without a verdict."""
    if verdict is None or relative is None:
        return ""
    left = f"of the size of the terms that should cancel, {share_text(relative)} is left."
    begin = {"solved": "Solved", "nearly": "Nearly solved", "not_a_solution": "This is not a solution"}[verdict]
    return f"{begin}: {left}"


def share_text(share: float) -> str:
    """`38 %`, `0.4 %`; below that with an exponent."""
    return f"{100 * share:.2g} %" if share >= 0.001 else f"{share:.0e}".replace("e-0", "e-")
