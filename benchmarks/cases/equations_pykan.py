"""pykan on the Poisson equation, with the settings of its authors.

[2, 2, 1], 51 × 51 points, 4 × 51 on the border, α = 0.01, 100 L-BFGS steps on each of 5, 10 and 20 intervals, knots updated
every 5 steps below 50. Run in the peers' environment: `python -m benchmarks.cases.equations_pykan`.
"""

from __future__ import annotations

import contextlib
import json
import math
import sys
import tempfile
import time

import torch
from kan import KAN, LBFGS
from torch import Tensor

GRIDS = (5, 10, 20)
STEPS = 100
ALPHA = 0.01
UPDATES_BELOW, UPDATE_EVERY = 50, 5


def truth(x: Tensor) -> Tensor:
    """sin(πx) sin(πy)."""
    return torch.sin(math.pi * x[:, :1]) * torch.sin(math.pi * x[:, 1:])


def laplacian(model: torch.nn.Module, x: Tensor) -> Tensor:
    """(points, 1) ∇²u by differentiating twice."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    second = [torch.autograd.grad(slope[:, axis].sum(), x, create_graph=True)[0][:, axis] for axis in (0, 1)]
    return torch.stack(second).sum(0).unsqueeze(1)


def run(folder: str) -> dict[str, object]:
    """Seconds and the mean squared error at the points, in all and after each grid."""
    line = torch.linspace(-1, 1, 51)
    points, ones = torch.cartesian_prod(line, line), torch.ones_like(line)
    border = torch.cat([torch.stack(pair, 1) for pair in ((line, ones), (line, -ones), (ones, line), (-ones, line))])
    source = -2 * math.pi**2 * truth(points)
    model = KAN(width=[2, 2, 1], grid=GRIDS[0], k=3, seed=1, ckpt_path=folder)
    began = time.perf_counter()
    stages: list[dict[str, float]] = []
    for grid in GRIDS:
        if grid != GRIDS[0]:
            # `speed()` keeps no activations, which refining needs.
            model.save_act = True
            model = model.refine(grid)
        model = model.speed()
        optimiser = LBFGS(
            model.parameters(), lr=1, history_size=10, line_search_fn="strong_wolfe", tolerance_grad=1e-32, tolerance_change=1e-32
        )

        def closure(model: KAN = model, optimiser: LBFGS = optimiser) -> Tensor:
            optimiser.zero_grad()
            inside = (laplacian(model, points) - source).square().mean()
            loss = ALPHA * inside + model(border).square().mean()
            loss.backward()
            return loss

        for step in range(STEPS):
            if step % UPDATE_EVERY == 0 and step < UPDATES_BELOW:
                model.update_grid_from_samples(points)
            optimiser.step(closure)
        with torch.no_grad():
            error = float((model(points) - truth(points)).square().mean())
        stages.append({"grid": grid, "seconds": time.perf_counter() - began, "mean_squared_error": error})
    return {
        "name": "Poisson",
        "seconds": stages[-1]["seconds"],
        "mean_squared_error": stages[-1]["mean_squared_error"],
        "stages": stages,
    }


def main() -> None:
    """Print the result as JSON."""
    torch.set_default_dtype(torch.float64)
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        result = run(folder)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
