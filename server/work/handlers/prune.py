"""Set edges to zero, by place or by importance, then refit what is left."""

from __future__ import annotations

from kan_core.ids import EdgeId, NodeId
from kan_core.importance.proposal import PROPOSED, used_inputs, weak_edges
from kan_core.network.edges import active_edges, check_edge
from kan_core.network.edits import prune_edges, prune_inputs, prune_nodes
from kan_core.network.network import Network
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from server.contract.actions import Prune
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.fitting import refit
from server.work.handlers.sentences import change_sentence, plural, sentences, stopped_sentence
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, situation_of
from server.work.views.metrics import metrics
from server.work.views.network_view import edge_id


def prune(action: Prune, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Prune the named places and everything weaker than the threshold; what is proposed when nothing is named.

    Raises:
        WorkError: nothing is weak, or nothing named is left to prune.
        EdgeError: a place that is not in the network, or a locked edge.
    """
    if not (action.edges or action.nodes or action.inputs) and action.threshold is None:
        action = action.model_copy(update={"threshold": PROPOSED})
    situation = situation_of(parent, table)
    before, network = metrics(situation), situation.network
    left = _without(situation, action)
    gone = len(active_edges(network)) - len(active_edges(left))
    if gone == 0:
        raise _nothing(action)
    pruned = situation.with_network(left)
    fitted = refit(pruned, LevenbergMarquardtOptions(steps=action.refit), emit, control)
    result = situation.with_network(fitted.network)
    message = sentences(
        stopped_sentence(cancelled=fitted.cancelled),
        f"{plural(gone, 'edge')} pruned, {plural(len(active_edges(left)), 'edge')} left.",
        _unused(situation, left),
        change_sentence(before, metrics(result)),
    )
    return finish(result, message, losses=fitted.losses, cancelled=fitted.cancelled)


def _without(situation: Situation, action: Prune) -> Network:
    network, trace = situation.network, situation.trace
    places: list[EdgeId] = [edge_id(edge) for edge in action.edges]
    for place in places:
        check_edge(network, place)
    if action.threshold is not None:
        places += weak_edges(network, situation.scores, action.threshold)
    if places:
        network = prune_edges(network, dict.fromkeys(places), trace)
    if action.nodes:
        network = prune_nodes(network, [NodeId(node.layer, node.index) for node in action.nodes], trace)
    if action.inputs:
        network = prune_inputs(network, action.inputs, trace)
    return network


def _nothing(action: Prune) -> WorkError:
    if action.threshold is not None:
        return WorkError(
            f"No edge has an importance below {action.threshold:.3g}.", hint="Raise the threshold, or choose an edge to prune."
        )
    return WorkError("What you chose is pruned already.")


def _unused(situation: Situation, left: Network) -> str:
    gone = sorted(used_inputs(situation.network) - used_inputs(left))
    names = ", ".join(situation.rows.inputs[index] for index in gone)
    return f"Not used any more: {names}." if names else ""
