"""The elementwise work of a wide layer as compiled kernels, when asked for: local weights with b, and the slopes' contraction.

Called by `wide`. The arithmetic is that of `local_weights` and `gemm.pick`, fused by torch.compile into one loop each; the
scatter and the matrix products stay calls of the library, whose compiled forms were found slower (a scatter 20 to 70 times).
A whole step (benchmarks.cases.steps, one thread of a CPU, float32, G = 5, minima in turns) is little faster, as the products
and the scatter take most of it: eager ÷ compiled is 1.05 for [64, 64, 64, 10] and 1024 rows and 1.05 for [1000, 100, 10] and
512 rows, and compiling takes from some seconds to a minute, once. So it is off unless asked for. Results agree to rounding.
"""

from __future__ import annotations

import subprocess
import warnings
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from kan_core.layers.local_weights import KnotMap, LocalWeights, basis_on_interval
from kan_core.splines.base import BASES, Base

Local = tuple[Tensor, list[Tensor], list[Tensor], Tensor | None]


def _local(x: Tensor, scale: Tensor, shift: Tensor, intervals: int, degree: int, base: Base | None, *, slopes: bool) -> Local:
    position = torch.addcmul(shift, x, scale)
    inside = position.clamp(0, intervals)
    outside = position - inside
    first = inside.int().clamp(0, intervals - 1)
    values, rises = basis_on_interval(inside - first.to(x.dtype), degree)
    values = [value.addcmul(rise, outside) for value, rise in zip(values, rises, strict=True)]
    return first, values, rises if slopes else [], None if base is None else BASES[base].value(x)


def _pick(through: Tensor, x: Tensor, slopes: list[Tensor], scale: Tensor, base: Base | None, index: Tensor) -> Tensor:
    flat = through.view(-1)
    result = flat[index].view(x.shape) * slopes[0]
    for r, slope in enumerate(slopes[1:], 1):
        result = result + flat[index + r].view(x.shape) * slope
    result = result * scale
    return result if base is None else result + through.view(*x.shape, -1)[..., -1] * BASES[base].slope(x)


@lru_cache(maxsize=1)
def _kernels() -> tuple[object, object]:
    # One thread: compiling then starts no pool of processes that outlives the training.
    alone: dict[str, Any] = {"compile_threads": 1}
    return torch.compile(_local, dynamic=True, options=alone), torch.compile(_pick, dynamic=True, options=alone)


def local_and_base(knots: KnotMap, x: Tensor, base: Base | None, *, with_slopes: bool) -> tuple[LocalWeights, Tensor | None]:
    """`local_weights` and (batch, inputs) b(x), None without a base function."""
    made: Local = _kernels()[0](x, knots.scale, knots.shift, knots.intervals, knots.degree, base, slopes=with_slopes)  # pyright: ignore[reportCallIssue, reportUnknownVariableType]
    first, values, slopes, of_base = made
    return LocalWeights(first, values, slopes), of_base


def pick(through: Tensor, x: Tensor, local: LocalWeights, scale: Tensor, base: Base | None, index: Tensor) -> Tensor:
    """`gemm.pick` with the base function's derivative at x (batch, inputs)."""
    return _kernels()[1](through, x, local.slopes, scale, base, index)  # pyright: ignore[reportCallIssue, reportUnknownVariableType]


@torch.no_grad()
def why_not(knots: KnotMap, base: Base | None) -> str | None:
    """Compile the kernels for such a layer; None when they work, else a few words that say why they do not.

    A failure is remembered for the life of the process, as its cause (no C++ compiler, as a rule) seldom goes away.
    """
    return _why_not(knots.intervals, knots.degree, base, knots.scale.dtype, str(knots.scale.device))


@lru_cache(maxsize=256)
def _why_not(intervals: int, degree: int, base: Base | None, dtype: torch.dtype, device: str) -> str | None:
    columns = intervals + degree + (base is not None)
    # No size is the product of others: the kernels would be made for such layers only, and be made again for all others.
    rows, inputs = columns + 3, 4
    scale = torch.ones(inputs, dtype=dtype, device=device)
    knots = KnotMap(scale, 0 * scale, intervals, degree)
    x = torch.ones((rows, inputs), dtype=dtype, device=device)
    index = torch.arange(0, rows * inputs * columns, columns, device=device)
    try:
        # Notices of the compiler about itself are of no use to the person who trains.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            local_and_base(knots, x, base, with_slopes=False)
            local, _ = local_and_base(knots, x, base, with_slopes=True)
            pick(x.new_ones((rows, inputs * columns)), x, local, scale, base, index)
    except (RuntimeError, OSError, ImportError, subprocess.SubprocessError) as error:
        words = str(error).strip().splitlines()
        return words[0][:160] if words else type(error).__name__
    return None
