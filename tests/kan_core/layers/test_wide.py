"""The training form of a spline layer equals the core's own evaluation, and its gradients equal finite differences."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from kan_core.layers.local_weights import local_weights
from kan_core.layers.wide import (
    WideForm,
    by_input,
    choose_method,
    evaluate,
    pack,
    source_gradient,
    unpack,
    weight_gradient,
    wide_form,
)
from kan_core.splines.basis import local_basis
from kan_core.splines.curve import spline_values
from kan_core.splines.grid import uniform_grid
from tests.kan_core.networks import uniform

METHODS = ("gemm", "gather")
DEGREES = (1, 2, 3, 4, 5)


def grid_of(inputs: int, degree: int, intervals: int = 6):
    low = -1 - 0.1 * torch.arange(inputs, dtype=torch.float64)
    return uniform_grid(low, low + 1.7, intervals, degree)


def points(rows: int, inputs: int):
    """Inside and outside of the grid."""
    return 1.5 * uniform(rows, inputs, 3) - 0.2


class _SplineLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, form: WideForm) -> Tensor:
        done = evaluate(form, x, weight, for_sources=ctx.needs_input_grad[0])
        ctx.form, ctx.done = form, done
        ctx.save_for_backward(weight)
        return done.output

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        (weight,) = ctx.saved_tensors
        sensitivity = grad_outputs[0].contiguous()
        to_x = source_gradient(ctx.form, ctx.done, weight, sensitivity) if ctx.needs_input_grad[0] else None
        to_weight = weight_gradient(ctx.form, ctx.done, sensitivity) if ctx.needs_input_grad[1] else None
        return to_x, to_weight, None


def spline_layer(form: WideForm, x: Tensor, weight: Tensor) -> Tensor:
    """The layer as an operation of torch, whose derivatives are the layer's own two gradients."""
    return _SplineLayer.apply(x, weight, form)


def weights_of(form: WideForm, inputs: int, targets: int):
    return pack(form, uniform(targets, inputs * form.columns, 8).view(targets, inputs, -1))


@pytest.mark.parametrize("degree", DEGREES)
def test_local_weights_equal_the_closed_form_of_the_core(degree: int) -> None:
    grid, x = grid_of(3, degree), points(50, 3)
    made = local_weights(wide_form(grid, 1).knots, x)
    first, values = local_basis(grid, x)
    assert torch.equal(made.first, first)
    torch.testing.assert_close(torch.stack(made.values, -1), values, rtol=0, atol=1e-13)
    slopes = torch.stack(made.slopes, -1) / grid.step.unsqueeze(-1)
    torch.testing.assert_close(slopes, local_basis(grid, x, derivative=1)[1], rtol=0, atol=1e-11)


@pytest.mark.parametrize("degree", DEGREES)
@pytest.mark.parametrize("method", METHODS)
def test_a_layer_is_the_sum_of_its_edge_functions(method, degree: int) -> None:
    grid, x = grid_of(3, degree), points(40, 3)
    coefficients, base = uniform(4, 3 * grid.basis).view(4, 3, -1), uniform(4, 3, 1)
    expected = spline_values(grid, coefficients, x).sum(-1) + torch.nn.functional.silu(x) @ base.T
    form = wide_form(grid, 4, base="silu", method=method)
    torch.testing.assert_close(evaluate(form, x, pack(form, coefficients, base)).output, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("base", [None, "silu", "identity"])
@pytest.mark.parametrize("degree", DEGREES)
@pytest.mark.parametrize("method", METHODS)
def test_gradients_equal_finite_differences(method, degree: int, base) -> None:
    grid, x = grid_of(2, degree, 3), points(9, 2).requires_grad_()
    form = wide_form(grid, 3, base=base, method=method)
    weight = weights_of(form, 2, 3).requires_grad_()
    # Degree 1 has kinks at its knots; no point lies within the step of one.
    assert torch.autograd.gradcheck(lambda x, weight: spline_layer(form, x, weight), (x, weight), eps=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_both_methods_agree(dtype: torch.dtype) -> None:
    grid = uniform_grid(-torch.ones(5, dtype=dtype), torch.ones(5, dtype=dtype), 40)
    x, gradients = points(300, 5).to(dtype).requires_grad_(), []
    for method in METHODS:
        form = wide_form(grid, 7, base="silu", method=method)
        weight = weights_of(form, 5, 7).to(dtype).requires_grad_()
        to_x, to_weight = torch.autograd.grad(spline_layer(form, x, weight).square().sum(), (x, weight))
        gradients.append((to_x, by_input(form, to_weight)))
    tolerance = 2e-3 if dtype == torch.float32 else 1e-10
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("method", METHODS)
def test_packing_is_undone_by_unpacking(method) -> None:
    coefficients = uniform(4, 3 * 8).view(4, 3, 8)
    form = wide_form(grid_of(3, 2), 4, method=method)
    weight = pack(form, coefficients)
    assert weight.is_contiguous()
    assert torch.equal(unpack(form, weight), coefficients)
    assert torch.equal(by_input(form, weight), coefficients.permute(1, 2, 0))


@pytest.mark.parametrize("method", METHODS)
def test_a_bad_row_stays_alone(method) -> None:
    x = points(5, 2)
    x[2, 1] = torch.nan
    form = wide_form(grid_of(2, 3), 2, method=method)
    finite = torch.isfinite(evaluate(form, x, weights_of(form, 2, 2)).output).all(1)
    assert finite.tolist() == [True, True, False, True, True]


def test_an_empty_interval_gives_no_gradient() -> None:
    form = wide_form(grid_of(1, 1, 5), 2, method="gather")
    weight = weights_of(form, 1, 2).requires_grad_()
    spline_layer(form, torch.full((3, 1), -0.99, dtype=torch.float64), weight).sum().backward()
    assert weight.grad is not None
    assert bool((weight.grad[2:] == 0).all())


def test_fine_grids_are_gathered_and_coarse_ones_multiplied() -> None:
    assert choose_method(8, 64) == "gemm"
    assert choose_method(203, 64) == "gather"


def test_many_rows_are_filled_in_pieces() -> None:
    form = wide_form(grid_of(40, 3), 2, base="silu")
    x, weight = (0.5 * uniform(3500, 40)).requires_grad_(), weights_of(form, 40, 2)
    (whole,) = torch.autograd.grad(spline_layer(form, x, weight).square().sum(), x)
    for rows in (x[:1700], x[1700:]):
        (part,) = torch.autograd.grad(spline_layer(form, rows, weight).square().sum(), rows)
        torch.testing.assert_close(part, whole[:1700] if rows.shape[0] == 1700 else whole[1700:])
