"""What Kanscope takes to suggest: one edge alone, one edge with its effect on the whole model, all edges of [4, 16, 16, 1]."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from torch import Tensor

from benchmarks.toy import make_toy
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.edges import sample_curves
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.symbolic.affine_fit import fit_affine_batch
from kan_core.symbolic.what_if import what_if
from kan_core.training.data import Table, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train

RUNS = 5
POINTS = 100
TOP = 8


def seconds(work: Callable[[], object]) -> float:
    """Median of several runs after one to warm up."""
    work()
    times: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def curves(network: Network, table: Table) -> tuple[Tensor, Tensor, list[object]]:
    """X and y (edges, points) of all active edges, and the edges."""
    sampled = sample_curves(network, forward(network, network.normalisation.inputs(table.inputs)), POINTS)
    unit = torch.linspace(0, 1, POINTS, dtype=sampled.y.dtype)
    return sampled.low.unsqueeze(1) + unit * (sampled.high - sampled.low).unsqueeze(1), sampled.y, list(sampled.edges)


def one_edge() -> tuple[float, float]:
    """Seconds for the strongest edge of the trained toy: the fits alone, and with the whole model's error for the best."""
    toy, generator = make_toy(0), torch.Generator().manual_seed(0)
    split = split_rows(make_table(torch.from_numpy(toy.train_inputs), torch.from_numpy(toy.train_targets)), generator)
    network = create_network((2, 5, 1), split.train, intervals=5, generator=generator)
    for progress in train(network, split, LevenbergMarquardtOptions(sparsity=0.01)):
        network = progress.network
    x, y, edges = curves(network, split.train)
    scores = importance(network, forward(network, network.normalisation.inputs(split.train.inputs)))
    strongest = max(
        range(len(edges)), key=lambda row: float(scores.edges[edges[row].layer][edges[row].target, edges[row].source])
    )
    fits = fit_affine_batch(x[strongest : strongest + 1], y[strongest : strongest + 1])[0]
    alone = seconds(lambda: fit_affine_batch(x[strongest : strongest + 1], y[strongest : strongest + 1]))
    return alone, alone + seconds(lambda: what_if(network, split, edges[strongest], fits[:TOP]))


def all_edges() -> tuple[float, int]:
    """Seconds for the fits of all 336 edges of [4, 16, 16, 1] together."""
    inputs = torch.from_numpy(np.random.default_rng(0).uniform(-1, 1, (1000, 4)))
    table = make_table(inputs, inputs.sum(1, keepdim=True))
    network = create_network((4, 16, 16, 1), table, intervals=10, generator=torch.Generator().manual_seed(0))
    x, y, edges = curves(network, table)
    return seconds(lambda: fit_affine_batch(x, y)), len(edges)


def main() -> None:
    """Print the seconds as JSON."""
    torch.set_num_threads(1)  # as the server's workers do
    alone, with_model = one_edge()
    every, edges = all_edges()
    print(json.dumps({"seconds": alone, "what_if_seconds": with_model, "all_edges_seconds": every, "edges": edges}))


if __name__ == "__main__":
    main()
