"""Which inputs of a wide table matter: one sparse generic network, and the importance of its input nodes.

Skeletons are enumerated, so an input too many costs a search more than anything else. Called as the first task of a search.
"""

from __future__ import annotations

import torch

from kan_core.evidence.choosing import kept_back
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.screen import some_rows

# Inputs with less than this share of the most important one's score are left out.
_SHARE = 0.01
# Hidden nodes, fewer when the network would have more coefficients than this, on so many pieces a curve.
_HIDDEN = 5
_COEFFICIENTS = 600
_INTERVALS = 3
_DEGREE = 3
_STEPS = 40
_ROWS = 2000


def important_inputs(split: Split, seed: int) -> tuple[int, ...]:
    """Inputs above 1 % of the largest importance, in order; at least one."""
    generator = torch.Generator().manual_seed(seed)
    split = kept_back(split)
    few = Split(some_rows(split.train, _ROWS), some_rows(split.test, _ROWS))
    inputs = few.train.inputs.shape[1]
    hidden = min(_HIDDEN, max(2, _COEFFICIENTS // (inputs * (_INTERVALS + _DEGREE))))
    shape = [inputs, hidden, few.train.targets.shape[1]]
    network = create_network(shape, few.train, generator=generator, intervals=_INTERVALS, degree=_DEGREE)
    for progress in train(network, few, LevenbergMarquardtOptions(steps=_STEPS, sparsity=1e-3, tolerance=1e-3)):
        network = progress.network
    scores = importance(network, trace_of(network, few), few.train.weights).nodes[0]
    return tuple(torch.nonzero(scores >= _SHARE * scores.amax()).flatten().tolist())


def trace_of(network: Network, split: Split) -> Trace:
    """The network on its training rows."""
    return forward(network, network.normalisation.inputs(split.train.inputs))
