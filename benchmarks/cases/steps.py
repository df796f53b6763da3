"""One training step of Kanscope's wide form and of an MLP with as many parameters: forward, backward and Adam, float32.

`python -m benchmarks.cases.steps` prints milliseconds of every shape as JSON, taken in turns. The base function (SiLU)
takes part, as it does in the peers.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks.machine import THREADS
from benchmarks.steps import SHAPES, Shape, Step, alternate
from kan_core.layers.wide import Evaluation, evaluate, source_gradient, weight_gradient, wide_form
from kan_core.splines.grid import uniform_grid


def kanscope(shape: Shape) -> Step:
    """Explicit forward and backward on packed weights, fused Adam."""
    grids = [uniform_grid(-torch.ones(inputs), torch.ones(inputs), shape.intervals) for inputs in shape.widths[:-1]]
    forms = [wide_form(grid, targets, base="silu") for grid, targets in zip(grids, shape.widths[1:], strict=True)]
    sizes = [(inputs * form.columns, targets) for form, (inputs, targets) in zip(forms, pairwise(shape.widths), strict=True)]
    weights = [(0.1 * torch.randn(size)).requires_grad_() for size in sizes]
    adam = torch.optim.Adam(weights, lr=1e-3, fused=True)
    buffers = [torch.empty(shape.batch, form.knots.scale.numel(), form.columns) for form in forms]

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


def mlp(shape: Shape) -> Step:
    """As many layers as the KAN, as wide as its number of parameters asks for."""
    wanted = sum(a * b for a, b in pairwise(shape.widths)) * (shape.intervals + 4)
    width = 1
    while sum((a + 1) * b for a, b in pairwise(_widths(shape, width + 1))) <= wanted:
        width += 1
    parts: list[torch.nn.Module] = []
    for inputs, targets in pairwise(_widths(shape, width)):
        parts += [torch.nn.Linear(inputs, targets), torch.nn.SiLU()]
    return module_step(torch.nn.Sequential(*parts[:-1]))


def module_step(model: torch.nn.Module) -> Step:
    """Autograd and fused Adam."""
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def step(x: Tensor, y: Tensor) -> None:
        adam.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        adam.step()

    return step


def _widths(shape: Shape, width: int) -> list[int]:
    return [shape.widths[0], *[width] * (len(shape.widths) - 2), shape.widths[-1]]


def main() -> None:
    """Print milliseconds per shape as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--threads", type=int, default=THREADS)
    torch.set_num_threads(arguments.parse_args().threads)
    torch.manual_seed(0)
    print(json.dumps({shape.name: alternate(shape, {"kanscope": kanscope(shape), "mlp": mlp(shape)}) for shape in SHAPES}))


if __name__ == "__main__":
    main()
