import pytest
import torch

from kan_core.layers import gemm
from kan_core.layers.local_weights import KnotMap, local_weights


@pytest.mark.parametrize("targets", [1, 2, 10, 16, 50])
def test_products_are_right_and_lie_in_order(targets: int) -> None:
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(37, 21, generator=generator, dtype=torch.float64)
    weight = torch.randn(targets, 21, generator=generator, dtype=torch.float64)
    sensitivity = torch.randn(37, targets, generator=generator, dtype=torch.float64)
    output, gradient = gemm.multiply(features, weight), gemm.weight_gradient(features, sensitivity)
    torch.testing.assert_close(output, torch.einsum("bk,nk->bn", features, weight))
    torch.testing.assert_close(gradient, torch.einsum("bk,bn->nk", features, sensitivity))
    assert output.is_contiguous()
    assert gradient.is_contiguous()


def _knots(degree: int) -> KnotMap:
    return KnotMap(torch.tensor([3.0, 2.0], dtype=torch.float64), torch.tensor([3.0, 1.0], dtype=torch.float64), 6, degree)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("reach", [0.4, 3.0])
def test_values_without_slopes_are_those_with_slopes(degree: int, reach: float) -> None:
    x = (torch.rand(50, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 2 - 1) * reach
    alone, whole = local_weights(_knots(degree), x, with_slopes=False), local_weights(_knots(degree), x)
    assert torch.equal(alone.first, whole.first)
    torch.testing.assert_close(torch.stack(alone.values), torch.stack(whole.values), atol=1e-14, rtol=0)


@pytest.mark.parametrize("with_slopes", [False, True])
def test_a_point_that_is_no_number_spoils_its_own_values_only(with_slopes: bool) -> None:
    x = torch.full((3, 2), 0.1, dtype=torch.float64)
    clean = local_weights(_knots(3), x, with_slopes=with_slopes)
    x[1, 0] = torch.nan
    spoiled = local_weights(_knots(3), x, with_slopes=with_slopes)
    for value, wanted in zip(spoiled.values, clean.values, strict=True):
        assert bool(torch.isnan(value[1, 0]))
        torch.testing.assert_close(value[[0, 2]], wanted[[0, 2]])
    assert bool(((spoiled.first >= 0) & (spoiled.first < 6)).all())


def test_no_points_give_no_weights() -> None:
    assert local_weights(_knots(3), torch.empty(0, 2, dtype=torch.float64), with_slopes=False).first.shape == (0, 2)
