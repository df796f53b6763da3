"""Kanscope's way from the toy's rows to a formula, as a person would click it: the same rows, start and end as `toy_pykan`.

[2, 5, 1], G = 5: sparse training from three random starts of which the best goes on, prune, train, grid 10, train; then, edge
by edge, the surest first, accept the suggestion that stands first after its effect on the whole model, and write the formula.
Every choice sees only rows held out from the 1000 training rows; the test rows judge the formula at the end.
"""

from __future__ import annotations

import argparse
import json
import time

import sympy
import torch

from benchmarks.one_edge import is_clear
from benchmarks.toy import Toy, formula_rmse, make_toy, rounded, verdict
from kan_core.importance.proposal import weak_edges
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges, sample_curves
from kan_core.network.extend import extend_grid
from kan_core.network.network import Network
from kan_core.network.prune import prune_edges
from kan_core.network.trace import forward
from kan_core.symbolic.affine_fit import fit_affine_batch
from kan_core.symbolic.decide import order_by_whole_model
from kan_core.symbolic.formula import write_formula
from kan_core.symbolic.what_if import what_if
from kan_core.training.data import Split, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.starts import train_from_starts

SPARSITY = 0.01
WEAK = 0.03
CANDIDATES = 3
POINTS = 100
HOPELESS_BITS = 40.0
"""Candidates whose description is this much longer than the shortest are not tried on the whole model."""
STARTS = 3


def trained(network: Network, split: Split, steps: int) -> Network:
    """The network after training without sparsity."""
    for progress in train(network, split, LevenbergMarquardtOptions(steps=steps)):
        network = progress.network
    return network


def pruned(network: Network, split: Split) -> Network:
    """The network without its weak edges."""
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    return prune_edges(network, weak_edges(network, importance(network, trace), WEAK), trace)


def accept_one(network: Network, split: Split) -> Network | None:
    """Make the surest spline edge symbolic; None when no spline is left."""
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    splines = [edge for edge in active_edges(network) if network.layers[edge.layer].structure.spline[edge.target, edge.source]]
    if not splines:
        return None
    curves = sample_curves(network, trace, POINTS, splines)
    unit = torch.linspace(0, 1, POINTS, dtype=curves.y.dtype)
    x = curves.low.unsqueeze(1) + unit * (curves.high - curves.low).unsqueeze(1)
    fitted = zip(splines, fit_affine_batch(x, curves.y), strict=True)
    edge, fits = max(fitted, key=lambda entry: (is_clear(entry[1]), entry[1][0].r2))
    shortest = fits[0].description_length
    contenders = [fit for fit in fits[:CANDIDATES] if fit.description_length < shortest + HOPELESS_BITS]
    results = what_if(network, split, edge, contenders)
    return order_by_whole_model(results)[0].network


def run(toy: Toy, seed: int) -> dict[str, object]:
    """Time every stage of one seed."""
    seconds: dict[str, float] = {}
    began = time.perf_counter()

    def lap(stage: str) -> None:
        seconds[stage] = time.perf_counter() - began - sum(seconds.values())

    generator = torch.Generator().manual_seed(seed)
    table = make_table(torch.from_numpy(toy.train_inputs), torch.from_numpy(toy.train_targets))
    split = split_rows(table, generator)
    starts = [create_network((2, 5, 1), split.train, intervals=5, generator=generator) for _ in range(STARTS)]
    for progress in train_from_starts(starts, split, LevenbergMarquardtOptions(steps=60, sparsity=SPARSITY)):
        network = progress.network
    lap("sparse_training")
    network = trained(pruned(network, split), split, 20)
    lap("prune_and_train")
    network = trained(extend_grid(network, 10), split, 30)
    lap("refine_and_train")
    while (accepted := accept_one(network, split)) is not None:
        network = accepted
    lap("symbolic")
    network = trained(network, split, 100)
    symbols = (sympy.Symbol("x", real=True), sympy.Symbol("y", real=True))
    written = write_formula(network, ["x", "y"], ["z"], split.test.inputs)
    lap("refit_and_formula")
    # SymPy is needed by the judge alone, and loads a good part of itself with its first sum.
    formula = written.sympy()[0]
    return {
        "seed": seed,
        "seconds": sum(seconds.values()),
        "stages": seconds,
        "formula": rounded(formula, 5),
        **verdict(formula_rmse(formula, symbols, toy), toy),
    }


def main() -> None:
    """Print the result of one seed as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=0)
    seed = arguments.parse_args().seed
    torch.set_num_threads(1)  # as the server's workers do
    print(json.dumps(run(make_toy(seed), seed)))


if __name__ == "__main__":
    main()
