"""Compiled kernels against the ordinary ones, and what is said when there are none."""

from __future__ import annotations

import shutil

import pytest
import torch

from kan_core.layers import compiled
from kan_core.layers.wide import compile_form, evaluate, source_gradient, wide_form
from kan_core.network.create import create_network
from kan_core.splines.grid import uniform_grid
from kan_core.training.options import TrainingOptions
from kan_core.training.trainer import options_of, train
from tests.kan_core.networks import generator, toy_split

# Without a C++ compiler the same tests hold for what training falls back to.
COMPILER = any(shutil.which(name) for name in ("c++", "g++", "clang++"))


def test_compiled_layers_compute_the_same_inside_and_outside_the_grid() -> None:
    form = wide_form(uniform_grid(-torch.ones(5).double(), torch.ones(5).double(), 4), 3, base="silu", method="gemm")
    fast, reason = compile_form(form)
    assert (fast.compiled, reason is None) == (COMPILER, COMPILER)
    random = generator(0)
    weight = torch.randn(3, 5 * form.columns, generator=random, dtype=torch.float64)
    # What was compiled serves layers and rows of any size.
    with torch.no_grad(), torch._dynamo.config.patch(error_on_recompile=True):
        for rows in (7, 40):
            x = 1.5 * torch.randn(rows, 5, generator=random, dtype=torch.float64)
            push = torch.randn(rows, 3, generator=random, dtype=torch.float64)
            made, wanted = evaluate(fast, x, weight), evaluate(form, x, weight)
            torch.testing.assert_close(made.output, wanted.output, rtol=1e-12, atol=1e-12)
            bare = evaluate(fast, x, weight, for_sources=False)
            torch.testing.assert_close(bare.output, wanted.output, rtol=1e-12, atol=1e-12)
            slopes = source_gradient(fast, made, weight, push), source_gradient(form, wanted, weight, push)
            torch.testing.assert_close(*slopes, rtol=1e-12, atol=1e-12)


def first_steps(method: str, *, compile: bool) -> tuple[list[float], list[str | None]]:  # noqa: A002
    split = toy_split(120)
    network = create_network([2, 4, 1], split.train, generator=generator(1))
    options = options_of(method, TrainingOptions(steps=3), batch=50, compile=compile)
    steps = list(train(network, split, options))
    return [step.train_error for step in steps], [step.event for step in steps]


@pytest.mark.parametrize("method", ["adam", "l-bfgs"])
def test_a_compiled_training_takes_the_same_steps_and_says_that_it_was_compiled(method: str) -> None:
    ordinary, silent = first_steps(method, compile=False)
    made, told = first_steps(method, compile=True)
    assert made == pytest.approx(ordinary, rel=1e-6)
    assert silent[0] is None
    assert (told[0] == "compiled") == COMPILER


@pytest.mark.parametrize("method", ["adam", "l-bfgs"])
def test_where_nothing_can_be_compiled_training_goes_on_and_says_why(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("No working C++ compiler found\nand more lines")

    compiled._why_not.cache_clear()
    monkeypatch.setattr(compiled, "_kernels", lambda: (fail, fail))
    try:
        made, told = first_steps(method, compile=True)
    finally:
        compiled._why_not.cache_clear()
    assert made == first_steps(method, compile=False)[0]
    assert told[0] == "not compiled: No working C++ compiler found"
