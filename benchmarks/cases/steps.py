"""One training step (forward, backward, Adam; float32) of Kanscope's wide form and of peers, in turns on the same rows.

`python -m benchmarks.cases.steps --shape "[2,5,1],1000,5" --peers mlp inkan` prints milliseconds as JSON; `--memory` prints by
how many megabytes the process grew while one of them took some steps. Runs in the peers' environment. The base function
(SiLU) takes part in all, as it does in the peers.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks.machine import THREADS
from benchmarks.peers import MAKERS
from benchmarks.steps import Shape, Step, alternate, shape_named
from kan_core.layers.wide import Evaluation, Method, compile_form, evaluate, pack, source_gradient, weight_gradient, wide_form
from kan_core.splines.grid import uniform_grid

MEMORY_STEPS = 3


def kanscope(shape: Shape, method: Method | None = None, *, compiled: bool = False) -> Step:
    """Explicit forward and backward on packed weights, fused Adam."""
    grids = [uniform_grid(-torch.ones(inputs), torch.ones(inputs), shape.intervals) for inputs in shape.widths[:-1]]
    forms = [wide_form(grid, targets, base="silu", method=method) for grid, targets in zip(grids, shape.widths[1:], strict=True)]
    if compiled:
        forms = [compile_form(form)[0] for form in forms]
    edges = zip(forms, pairwise(shape.widths), strict=True)
    weights = [pack(form, 0.1 * torch.randn(targets, inputs, form.columns)).requires_grad_() for form, (inputs, targets) in edges]
    adam = torch.optim.Adam(weights, lr=1e-3, fused=True)
    buffers = [
        torch.empty(shape.batch, form.knots.scale.numel(), form.columns) if form.method == "gemm" else None for form in forms
    ]

    @torch.no_grad()
    def step(x: Tensor, y: Tensor) -> None:
        done: list[Evaluation] = []
        for form, weight, buffer in zip(forms, weights, buffers, strict=True):
            done.append(evaluate(form, x, weight, buffer, for_sources=bool(done)))
            x = done[-1].output
        push = (x - y).mul_(2 / y.numel())
        for index in reversed(range(len(forms))):
            weights[index].grad = weight_gradient(forms[index], done[index], push)
            if index:
                push = source_gradient(forms[index], done[index], weights[index], push)
        adam.step()

    return step


def make(name: str, shape: Shape, folder: str) -> Step:
    """The step of Kanscope (chosen or forced contraction) or of a peer."""
    if name == "kanscope":
        return kanscope(shape)
    if name in ("gemm", "gather"):
        return kanscope(shape, name)
    if name == "compiled":
        return kanscope(shape, compiled=True)
    return MAKERS[name](shape, folder)


def grown(name: str, shape: Shape, folder: str) -> float:
    """Megabytes by which the largest size of this process grew while it took steps."""
    x, y = torch.rand(shape.batch, shape.widths[0]) * 2 - 1, torch.randn(shape.batch, shape.widths[-1])
    torch.mm(torch.rand(64, 64), torch.rand(64, 64))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step = make(name, shape, folder)
    for _ in range(MEMORY_STEPS):
        step(x, y)
    per_megabyte = 2**20 if sys.platform == "darwin" else 2**10
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / per_megabyte


def main() -> None:
    """Print milliseconds, or megabytes, as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shape", required=True)
    arguments.add_argument("--peers", nargs="+", required=True)
    arguments.add_argument("--memory", action="store_true")
    chosen = arguments.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    shape = shape_named(chosen.shape)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.memory:
            (peer,) = chosen.peers
            found = {"megabytes": grown(peer, shape, folder)}
        else:
            names = ["kanscope", *chosen.peers]
            found = alternate(shape, {name: make(name, shape, folder) for name in names}, "kanscope")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
