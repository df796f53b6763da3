"""The peers of the training-step benchmark as steps; each is imported only when it is asked for.

efficient-kan itself is on no package index: Deep-KAN 0.0.4 on PyPI is its layer under other names (dense Cox-de Boor basis,
one product for the base, one for the splines, stand-alone spline scales). flashkan and inkan run with torch.compile, as they
ship; their kernels are compiled during the warm-up.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import types
from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks.steps import Shape, Step


def module_step(model: torch.nn.Module) -> Step:
    """Autograd and fused Adam."""
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def step(x: Tensor, y: Tensor) -> None:
        adam.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        adam.step()

    return step


def mlp(shape: Shape, _folder: str) -> Step:
    """As many layers as the KAN, as wide as its number of parameters asks for."""
    wanted = sum(a * b for a, b in pairwise(shape.widths)) * (shape.intervals + 4)
    width = 1
    while sum((a + 1) * b for a, b in pairwise(_widths(shape, width + 1))) <= wanted:
        width += 1
    parts: list[torch.nn.Module] = []
    for inputs, targets in pairwise(_widths(shape, width)):
        parts += [torch.nn.Linear(inputs, targets), torch.nn.SiLU()]
    return module_step(torch.nn.Sequential(*parts[:-1]))


def _widths(shape: Shape, width: int) -> list[int]:
    return [shape.widths[0], *[width] * (len(shape.widths) - 2), shape.widths[-1]]


def _compiled(name: str) -> Callable[[Shape, str], Step]:
    """Flashkan and inkan have the same constructor."""

    def make(shape: Shape, _folder: str) -> Step:
        return module_step(importlib.import_module(name).KANNetwork(list(shape.widths), grid_size=shape.intervals))

    return make


def efficient_kan(shape: Shape, _folder: str) -> Step:
    """Deep-KAN imports torchvision without using it; an empty module stands in."""
    for name in ("torchvision", "torchvision.transforms"):
        sys.modules.setdefault(name, types.ModuleType(name))
    deep = importlib.import_module("deepkan").DeepKAN
    return module_step(deep(shape.widths[0], list(shape.widths[1:]), num_knots=shape.intervals))


def _pykan(*, speed: bool) -> Callable[[Shape, str], Step]:
    def make(shape: Shape, folder: str) -> Step:
        with contextlib.redirect_stdout(sys.stderr):
            network = importlib.import_module("kan").KAN(
                width=list(shape.widths), grid=shape.intervals, k=3, seed=0, auto_save=False, ckpt_path=folder
            )
            if speed:
                network.speed()
        return module_step(network)

    return make


MAKERS: Mapping[str, Callable[[Shape, str], Step]] = {
    "mlp": mlp,
    "efficient-kan": efficient_kan,
    "flashkan": _compiled("flashkan"),
    "inkan": _compiled("inkan"),
    "pykan": _pykan(speed=False),
    "pykan speed()": _pykan(speed=True),
}
FAST = ("mlp", "flashkan", "inkan", "efficient-kan")
SLOW = ("pykan speed()", "pykan")
