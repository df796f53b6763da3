"""What pruning below a threshold would remove and do."""

from __future__ import annotations

import math

from kan_core.importance.proposal import PROPOSED, propose_prune
from kan_core.training.screen import fewer_rows, screen_size
from server.contract.rest import PruneProposal
from server.work.handlers.fitting import check_size
from server.work.query import PruneProposalQuery
from server.work.result import Material, WorkError
from server.work.situation import situation_of
from server.work.views.network_view import edge_of


def prune_proposal(query: PruneProposalQuery, material: Material) -> PruneProposal:
    """Edges, inputs and held-out errors, on the same rows that the prune action scores edges on.

    Raises:
        WorkError: the pruned network would have no value on some rows.
    """
    situation = situation_of(material.network, material.table)
    check_size(situation.network)
    seen = fewer_rows(situation.split, screen_size(situation.network, situation.look_at))
    threshold = PROPOSED if query.threshold is None else query.threshold
    proposal = propose_prune(situation.network, seen, threshold, objective=situation.rows.objective)
    errors = (proposal.error_before, proposal.error_after, proposal.error_refit)
    if not all(math.isfinite(error) for error in errors):
        raise WorkError(
            "Without these edges a function would leave its domain, and the network would have no value on some rows.",
            hint="Choose another threshold, or prune single edges.",
        )
    name = "cross_entropy" if situation.rows.classes else "test_rmse"
    return PruneProposal.model_validate(
        {
            "revision": material.revision or "",
            "threshold": threshold,
            "edges": [edge_of(edge) for edge in proposal.edges],
            "inputs": list(proposal.inputs),
            **{f"{name}_{when}": error for when, error in zip(("before", "after", "refit"), errors, strict=True)},
        }
    )
