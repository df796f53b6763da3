"""Affine fits recover the constants they were made with, stay in domains and survive degenerate curves."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kan_core.errors import DataError, PrimitiveError
from kan_core.primitives.library import LIBRARY
from kan_core.symbolic.affine_fit import fit_affine, fit_affine_batch
from kan_core.symbolic.bounds import bounds_of
from kan_core.symbolic.fit_result import AffineFit
from kan_core.symbolic.starts import starts_of

X = torch.linspace(-1, 1, 90, dtype=torch.float64)

CONSTANTS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("x^2", "x^3", "x^4", "x^5", "abs", "sgn"), (1.0, 0.3)),
    **dict.fromkeys(("1/x", "1/x^2", "1/x^3", "1/x^4", "1/x^5", "sqrt", "x^1.5", "1/sqrt", "log"), (1.0, 1.2)),
    "constant": (1.0, 0.0), "x": (1.0, 0.0), "exp": (1.7, 0.0), "x*log(x)": (1.0, 1.1), "tan": (0.9, 0.3),
    "arcsin": (0.7, 0.2), "arccos": (0.7, 0.2), "arctanh": (0.7, 0.2), "arccosh": (2.0, 4.0),
    "sinc": (5.0, 1.0), "J0": (5.0, 1.0), "J1": (5.0, 1.0),
}  # fmt: skip


def value(fit: AffineFit, x: Tensor) -> Tensor:
    return fit.c * LIBRARY[fit.primitive].evaluate(fit.a * x + fit.b) + fit.d


@pytest.mark.parametrize("name", list(LIBRARY))
def test_every_primitive_recovers_itself_and_is_ranked_first(name: str) -> None:
    a, b = CONSTANTS.get(name, (2.3, 0.4))
    y = -1.3 * LIBRARY[name].evaluate(a * X + b) + 0.7
    fits = fit_affine(X, y)
    own = next(fit for fit in fits if fit.primitive == name)
    spread = float(y.std())
    assert own.rms <= 1e-9 * max(spread, 1e-9)
    equivalent = {"sigmoid": {"tanh"}, "cos": {"sin"}, "arccos": {"arcsin"}}.get(name, set())
    assert fits[0].primitive in {name} | equivalent
    if name not in ("constant", "sgn"):
        assert own.a == pytest.approx(a, rel=1e-6)
        assert own.b == pytest.approx(b, rel=1e-5, abs=1e-7)


def test_redundant_constants_are_canonical() -> None:
    fits = {fit.primitive: fit for fit in fit_affine(X, torch.sin(3 * X + 1) + X)}
    for name, fit in fits.items():
        primitive = LIBRARY[name]
        assert primitive.free_a or abs(fit.a) == 1
        assert primitive.free_b or fit.b == 0
        assert primitive.parity is None or fit.a > 0
        assert primitive.period is None or abs(fit.b) <= primitive.period / 2


def test_a_noisy_parabola_is_called_a_parabola() -> None:
    noise = 1e-4 * torch.randn(90, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    fits = fit_affine(X, X**2 + noise)
    assert fits[0].primitive == "x^2"
    imitations = [fit for fit in fits if fit.primitive in ("cosh", "gaussian", "sinc", "sin", "cos", "J0")]
    assert all(fit.description_length > fits[0].description_length + 10 for fit in imitations)


@pytest.mark.parametrize("shift", [0.0, 1e-3, 1.0])
def test_roots_and_logs_stay_inside_their_domain_on_the_data(shift: float) -> None:
    for fit in fit_affine(X, torch.sqrt(X + 1 + shift)):
        assert bool(torch.isfinite(value(fit, X)).all())
        if LIBRARY[fit.primitive].domain.bounded:
            assert fit.domain_margin is not None
            assert fit.domain_margin >= 0
        else:
            assert fit.domain_margin is None


def test_reported_errors_are_those_of_the_reported_constants() -> None:
    x = 3.7 + 0.02 * X
    y = torch.exp(-(40 * (x - 3.7)).square()) * 5e6 + 1e3 * X
    for fit in fit_affine(x, y):
        residual = value(fit, x) - y
        assert float(residual.square().mean().sqrt()) == pytest.approx(fit.rms, rel=1e-6, abs=1e-3)
        assert 1 - float(residual.square().mean() / y.var(correction=0)) == pytest.approx(fit.r2, abs=1e-8)


def test_weights_decide_which_part_of_the_curve_matters() -> None:
    y = torch.where(X < 0, torch.sin(3 * X), 5 * X)
    left = fit_affine(X, y, (X < 0).to(torch.float64))
    assert left[0].primitive == "sin"
    assert left[0].rms < 1e-12


def test_unsorted_points_give_the_same_fit() -> None:
    order = torch.randperm(90, generator=torch.Generator().manual_seed(0))
    y = torch.tanh(4 * X - 1)
    straight, shuffled = fit_affine(X, y)[0], fit_affine(X[order], y[order])[0]
    assert shuffled.primitive == straight.primitive
    assert shuffled.constants == pytest.approx(straight.constants, rel=1e-9)


def test_a_batch_equals_its_edges_one_by_one() -> None:
    y = torch.stack([torch.sin(3 * X), X**2, torch.exp(X), torch.zeros_like(X)])
    together = fit_affine_batch(X.expand(4, 90), y)
    for row in range(4):
        alone = fit_affine(X, y[row])
        assert [fit.primitive for fit in together[row]][:1] == [fit.primitive for fit in alone][:1]
        assert together[row][0].constants == pytest.approx(alone[0].constants, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (X, torch.full_like(X, 3.0)),
        (X[:1], X[:1]),
        (torch.full_like(X, 2.0), X),
        (torch.full_like(X, math.nan), X),
        (X, torch.full_like(X, math.inf)),
        (torch.zeros_like(X), torch.zeros_like(X)),
    ],
)
def test_curves_that_say_nothing_are_constants(x: Tensor, y: Tensor) -> None:
    fits = fit_affine(x, y)
    assert fits[0].primitive == "constant"
    assert len(fits) == len(LIBRARY)
    for fit in fits:
        assert all(map(math.isfinite, (*fit.constants, fit.r2, fit.rms, fit.description_length)))
        assert fit.c == 0


def test_points_that_are_not_finite_are_left_out() -> None:
    y = torch.sin(3 * X)
    y[::7] = math.nan
    assert fit_affine(X, y)[0].primitive == "sin"
    assert fit_affine(X, y)[0].rms < 1e-12


@settings(max_examples=25, deadline=None)
@given(x_scale=st.integers(-290, 290), y_scale=st.integers(-290, 290), seed=st.integers(0, 99), points=st.integers(1, 40))
def test_any_scale_gives_finite_fits(x_scale: int, y_scale: int, seed: int, points: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.rand(2, points, generator=generator, dtype=torch.float64)
    fits = fit_affine(x * 10.0**x_scale, y * 10.0**y_scale, primitives=["x", "x^2", "sin", "exp", "tanh", "sqrt", "1/x"])
    for fit in fits:
        assert all(map(math.isfinite, (*fit.constants, fit.r2, fit.rms, fit.description_length)))


def test_a_selection_is_respected_and_unknown_names_are_refused() -> None:
    assert [fit.primitive for fit in fit_affine(X, X, primitives=["sin"])] == ["sin"]
    with pytest.raises(PrimitiveError, match="sin"):
        fit_affine(X, X, primitives=["sine"])
    with pytest.raises(DataError, match="one shape"):
        fit_affine(X, X[:3])


def test_every_start_keeps_the_data_inside_the_domain_and_bounds() -> None:
    names = tuple(LIBRARY)
    bounds = bounds_of(names)
    for kind, name in enumerate(names):
        theta = torch.tensor([start[:2] for start in starts_of(LIBRARY[name])], dtype=torch.float64)
        moved = bounds.inside(torch.full((len(theta),), kind), theta)
        assert torch.allclose(moved, theta, rtol=1e-9, atol=1e-5)
        reach = moved[:, 0].abs()
        assert bool(LIBRARY[name].domain.contains_interval(moved[:, 1] - reach + 1e-12, moved[:, 1] + reach - 1e-12).all())
