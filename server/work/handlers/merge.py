"""Put another revision's network beside the head's. The session hands both over as the parent (`server.work.pair`)."""

from __future__ import annotations

import torch

from kan_core.errors import DataError
from kan_core.network.edges import active_edges
from kan_core.network.merge import merge as side_by_side
from kan_core.network.merge_weights import fitted_weights
from kan_core.network.snapshot import from_bytes
from kan_core.training.parameters import free_parameters
from server.contract.actions import Merge
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import check_size
from server.work.handlers.sentences import change_sentence, digits, plural, sentences
from server.work.pair import both
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
from server.work.views.metrics import metrics


def merge(action: Merge, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """Both networks in one, outputs added with weights: least squares on the training rows, or one half each.

    Raises:
        WorkError: there is no second network, it is the same, or the two have no row in common on which both have a value.
        ShapeError: splines of different degree.
    """
    networks = both(parent)
    if networks is None:
        raise WorkError("Merging needs two networks.", hint="Train one, and name another revision of this session.")
    if networks[0] == networks[1]:
        raise WorkError("Both revisions have the same network.", hint="Name a revision whose network differs.")
    situation = situation_of(networks[0], table)
    other = from_bytes(networks[1])
    train = situation.split.train
    try:
        weights = fitted_weights(situation.network, other, train.inputs, train.targets) if action.weights == "fitted" else None
    except DataError as error:
        raise WorkError(f"{error}.", hint="Merge with another revision.") from error
    if weights is None:
        weights = torch.full((2, situation.network.shape[-1]), 0.5, dtype=torch.float64)
    merged = situation.with_network(side_by_side(situation.network, other, weights))
    check_size(merged.network)
    before, after = metrics(situation), metrics(merged)
    pairs = "; ".join(f"{digits(one)} and {digits(two)}" for one, two in weights.T.tolist())
    count = free_parameters(merged.network).count(merged.network)
    size = f"{plural(len(active_edges(merged.network)), 'edge')}, {plural(count, 'parameter')}."
    message = sentences(f"Weights {pairs}.", change_sentence(before, after), size)
    return finish(merged, message)
