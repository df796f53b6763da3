"""The training form of a spline layer for wide and deep networks: forward and analytic backward, float32 or float64.

    y_j = Σ_i (Σ_m c_{j,i,m} B_{m,k}(x_i) + w_{j,i} b(x_i))

with weights W (targets, inputs·columns), place i·columns + m for c_{·,i,m} and the last of an input for w (none without a base
function b); `gather` reads one place for all targets and holds Wᵀ instead (`pack`, `by_input`). `evaluate` and the two
gradients are plain functions that trainers call directly, without autograd. Two ways to contract, chosen by size
(`choose_method`): `gemm` (cost ∝ G + k) and `gather` (independent of G). Grids that are not one uniform one (knots at other
distances, finer grids of single edges) take a third, `dense`: the columns of `splines.basis` as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from kan_core.layers import compiled, gather, gemm
from kan_core.layers.local_weights import KnotMap, LocalWeights, local_weights
from kan_core.splines.base import BASES, Base
from kan_core.splines.basis import dense_basis, value_and_slope
from kan_core.splines.grid import Grid

__all__ = [
    "Base",
    "Evaluation",
    "WideForm",
    "by_input",
    "compile_form",
    "evaluate",
    "pack",
    "source_gradient",
    "unpack",
    "weight_gradient",
    "wide_form",
]

Method = Literal["gemm", "gather", "dense"]


@dataclass(frozen=True, eq=False)
class WideForm:
    """What training does not change.

    Attributes:
        knots: from node values to knot positions.
        base: name of b, None for splines alone.
        method: how to contract.
        grid: the whole basis, for `dense`.
        compiled: whether `gemm` fills its features and contracts its slopes by the kernels of `compiled`.
    """

    knots: KnotMap
    base: Base | None
    method: Method
    grid: Grid | None = None
    compiled: bool = False

    @property
    def columns(self) -> int:
        """Rows of W for each input."""
        return self.knots.basis + (self.base is not None) if self.grid is None else self.grid.basis


class Piece(NamedTuple):
    """Some rows of a forward pass: their basis functions, values of b, and `gemm.flat_index` (None for `gather`)."""

    local: LocalWeights
    base: Tensor | None
    places: Tensor | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A forward pass and what its backward needs.

    Attributes:
        output: (batch, targets).
        x: (batch, inputs).
        pieces: consecutive rows; none when a GEMM was told that nobody asks for ∂loss/∂x.
        features: F, of `gemm` and `dense`.
        gathered: of `gather`.
        slopes: dF/dx (batch, inputs, columns), of `dense`.
    """

    output: Tensor
    x: Tensor
    pieces: tuple[Piece, ...]
    features: Tensor | None = None
    gathered: gather.Gathered | None = None
    slopes: Tensor | None = None


def choose_method(columns: int, targets: int) -> Method:
    """The cheaper one, by nanoseconds a point measured for all three passes on one thread of a CPU.

    GEMM runs at full speed of the processor over all columns; gather-sum at the speed of memory over k + 1 of them, with a
    fixed price for sorting and indices, so that few targets seldom pay for it.
    """
    return "gather" if columns * (3.0 + 0.055 * targets) > 170.0 + 0.65 * targets else "gemm"


def wide_form(grid: Grid, targets: int, *, base: Base | None = None, method: Method | None = None) -> WideForm:
    """The training form of a layer on `grid` with `targets` subnodes; `method` overrides the choice by size.

    `base` is that of the grid unless given.
    """
    scale, base = 1 / grid.step, base or grid.base
    knots = KnotMap(scale, -grid.low * scale, grid.intervals, grid.degree)
    if method == "dense" or grid.finer or not grid.is_uniform:
        return WideForm(knots, base, "dense", replace(grid, base=base))
    return WideForm(knots, base, method or choose_method(knots.basis + (base is not None), targets))


def compile_form(form: WideForm) -> tuple[WideForm, str | None]:
    """The form on compiled kernels, or unchanged with a few words that say why not. Only `gemm` has such kernels."""
    if form.method != "gemm":
        return form, f"layers on the {form.method} form are not compiled"
    reason = compiled.why_not(form.knots, form.base)
    return (replace(form, compiled=True), None) if reason is None else (form, reason)


def pack(form: WideForm, coefficients: Tensor, base_weight: Tensor | None = None) -> Tensor:
    """(targets, inputs, basis) coefficients and (targets, inputs) weights of b → W, or Wᵀ for `gather`."""
    if base_weight is not None:
        coefficients = torch.cat([coefficients, base_weight.unsqueeze(-1)], -1)
    weight = coefficients.flatten(1)
    return weight.T.contiguous() if form.method == "gather" else weight


def unpack(form: WideForm, weight: Tensor) -> Tensor:
    """W as packed → (targets, inputs, columns)."""
    weight = weight.T if form.method == "gather" else weight
    return weight.reshape(weight.shape[0], -1, form.columns)


def by_input(form: WideForm, weight: Tensor) -> Tensor:
    """W as packed, or its gradient, seen as (inputs, columns, targets); shares its memory."""
    if form.method == "gather":
        return weight.view(-1, form.columns, weight.shape[1])
    return weight.view(weight.shape[0], -1, form.columns).permute(1, 2, 0)


def evaluate(form: WideForm, x: Tensor, weight: Tensor, buffer: Tensor | None = None, *, for_sources: bool = True) -> Evaluation:
    """Forward pass.

    Args:
        form: knots, base, method.
        x: (batch, inputs) node values.
        weight: W as packed.
        buffer: (batch, inputs, columns) memory to use again; the previous `Evaluation` that used it is void.
        for_sources: keep what `source_gradient` needs; an input layer does without.
    """
    if form.grid is not None:
        return _evaluate_dense(form.grid, x, weight, for_sources=for_sources)
    if form.method == "gather":
        piece = Piece(local_weights(form.knots, x, with_slopes=for_sources), _base(form, x), None)
        gathered = gather.gather_sum(piece.local, piece.base, weight, form.columns)
        return Evaluation(gathered.output.detach(), x, (piece,), gathered=gathered)
    if buffer is None:
        buffer = x.new_empty((*x.shape, form.columns))
    rows, pieces = _rows(x), list[Piece]()
    for part, memory in zip(x.split(rows), buffer.split(rows), strict=True):
        local, base = _local_and_base(form, part, with_slopes=for_sources)
        index = gemm.flat_index(local.first, form.columns)
        gemm.fill_features(local, base, index, memory)
        if for_sources:
            pieces.append(Piece(local, base, index))
    features = buffer.flatten(1)
    return Evaluation(gemm.multiply(features, weight), x, tuple(pieces), features)


def _evaluate_dense(grid: Grid, x: Tensor, weight: Tensor, *, for_sources: bool) -> Evaluation:
    features, slopes = value_and_slope(grid, x) if for_sources else (dense_basis(grid, x), None)
    flat = features.flatten(1)
    return Evaluation(gemm.multiply(flat, weight), x, (), flat, slopes=slopes)


# Numbers (rows times inputs) of one piece: some thirty elementwise results of this size stay in the processor's cache.
_PIECE = 65_536


def _rows(x: Tensor) -> int:
    return max(1, _PIECE // x.shape[1])


def _local_and_base(form: WideForm, x: Tensor, *, with_slopes: bool) -> tuple[LocalWeights, Tensor | None]:
    if form.compiled:
        return compiled.local_and_base(form.knots, x, form.base, with_slopes=with_slopes)
    return local_weights(form.knots, x, with_slopes=with_slopes), _base(form, x)


def _base(form: WideForm, x: Tensor) -> Tensor | None:
    return BASES[form.base].value(x) if form.base is not None else None


def weight_gradient(form: WideForm, done: Evaluation, sensitivity: Tensor) -> Tensor:
    """∂loss/∂W, packed as W is, for (batch, targets) ∂loss/∂y."""
    if done.features is not None:
        return gemm.weight_gradient(done.features, sensitivity)
    (piece,) = done.pieces
    return gather.weight_gradient(form.knots, piece.local, piece.base, sensitivity)


def source_gradient(form: WideForm, done: Evaluation, weight: Tensor, sensitivity: Tensor) -> Tensor:
    """∂loss/∂x (batch, inputs) for (batch, targets) ∂loss/∂y."""
    if done.slopes is not None:
        return ((sensitivity @ weight).view_as(done.slopes) * done.slopes).sum(-1)
    if done.gathered is not None:
        (piece,) = done.pieces
        slopes = _base_slope(form, done.x)
        return gather.source_sensitivity(done.gathered, sensitivity, piece.local, form.knots.scale, slopes)
    rows, made = _rows(done.x), list[Tensor]()
    through = sensitivity @ weight
    for piece, part, pushed in zip(done.pieces, done.x.split(rows), through.split(rows), strict=True):
        assert piece.places is not None
        if form.compiled:
            made.append(compiled.pick(pushed, part, piece.local, form.knots.scale, form.base, piece.places))
        else:
            made.append(gemm.pick(pushed, piece.local, form.knots.scale, _base_slope(form, part), piece.places))
    return made[0] if len(made) == 1 else torch.cat(made)


def _base_slope(form: WideForm, x: Tensor) -> Tensor | None:
    return BASES[form.base].slope(x) if form.base is not None else None
