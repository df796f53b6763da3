"""One training step of Kanscope's wide form and of an MLP with as many parameters: forward, backward and Adam, float32.

`python -m benchmarks.cases.steps` prints the median milliseconds of every shape as JSON. Rows are new at every step, as in
minibatch training, and are drawn outside the measured time; the base function (SiLU) takes part, as it does in the peers.
"""

from __future__ import annotations

import argparse
import json
import resource
from itertools import pairwise

import torch

from benchmarks.machine import THREADS
from benchmarks.steps import SHAPES, Shape, StepTimes, draw, measure
from kan_core.layers.wide import evaluate, source_gradient, weight_gradient, wide_form
from kan_core.splines.grid import uniform_grid


def kanscope(shape: Shape) -> StepTimes:
    """Explicit forward and backward on packed weights, fused Adam."""
    forms, weights = [], []
    for inputs, targets in pairwise(shape.widths):
        form = wide_form(uniform_grid(-torch.ones(inputs), torch.ones(inputs), shape.intervals), targets, base="silu")
        forms.append(form)
        weights.append((0.1 * torch.randn(inputs * form.columns, targets)).requires_grad_())
    adam = torch.optim.Adam(weights, lr=1e-3, fused=True)
    buffers = [torch.empty(shape.batch, form.knots.scale.numel(), form.columns) for form in forms]

    @torch.no_grad()
    def step() -> None:
        x, y = draw(shape)
        with times:
            done = []
            for form, weight, buffer in zip(forms, weights, buffers, strict=True):
                done.append(evaluate(form, x, weight, buffer))
                x = done[-1].output
            push = (x - y).mul_(2 / y.numel())
            for index in reversed(range(len(forms))):
                weights[index].grad = weight_gradient(forms[index], done[index], push)
                if index:
                    push = source_gradient(forms[index], done[index], weights[index], push)
            adam.step()

    times = StepTimes()
    measure(step)
    return times


def mlp(shape: Shape) -> StepTimes:
    """One hidden layer a KAN layer, as wide as the number of parameters asks for."""
    wanted = sum(a * b for a, b in pairwise(shape.widths)) * (shape.intervals + 4)
    hidden = len(shape.widths) - 2
    width = 1
    while _parameters(shape, width + 1, hidden) <= wanted:
        width += 1
    widths = [shape.widths[0], *[width] * hidden, shape.widths[-1]]
    parts: list[torch.nn.Module] = []
    for inputs, targets in pairwise(widths):
        parts += [torch.nn.Linear(inputs, targets), torch.nn.SiLU()]
    model = torch.nn.Sequential(*parts[:-1])
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def step() -> None:
        x, y = draw(shape)
        with times:
            adam.zero_grad()
            torch.nn.functional.mse_loss(model(x), y).backward()
            adam.step()

    times = StepTimes()
    measure(step)
    return times


def _parameters(shape: Shape, width: int, hidden: int) -> int:
    return (shape.widths[0] + 1) * width + (hidden - 1) * (width + 1) * width + (width + 1) * shape.widths[-1]


def main() -> None:
    """Print milliseconds per shape as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--threads", type=int, default=THREADS)
    torch.set_num_threads(arguments.parse_args().threads)
    torch.manual_seed(0)
    result: dict[str, object] = {"kanscope": {}, "mlp": {}}
    for name, make in (("kanscope", kanscope), ("mlp", mlp)):
        result[name] = {shape.name: make(shape).summary() for shape in SHAPES}
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
