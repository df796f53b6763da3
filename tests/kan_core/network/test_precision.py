"""Single and double precision, and other devices: the same network to the rounding of its numbers."""

from __future__ import annotations

import pytest
import torch

from kan_core.errors import ShapeError
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import write_formula
from kan_core.training.data import Split, make_table
from kan_core.training.input_derivatives import input_derivatives
from kan_core.training.options import TrainingOptions
from kan_core.training.trainer import options_of, train
from tests.kan_core.networks import BASIS_KINDS, basis_network, generator, toy_split, trace_of, uniform

# A rule of this project allows no test that is off: where torch finds a GPU, the same test runs there too.
DEVICES = pytest.mark.parametrize("device", ["cpu", *(["cuda"] if torch.cuda.is_available() else [])])
METHODS = pytest.mark.parametrize("method", ["levenberg-marquardt", "l-bfgs", "adam"])


@pytest.mark.parametrize("kind", BASIS_KINDS)
def test_a_single_precision_network_is_the_same_to_its_rounding(kind: str) -> None:
    network, table = basis_network(kind)
    single = network.to(torch.float32)
    assert single.dtype == torch.float32
    assert trace_of(single, table).output.dtype == torch.float32
    torch.testing.assert_close(evaluate(single, table.inputs), evaluate(network, table.inputs), rtol=0, atol=2e-5)
    again = from_bytes(to_bytes(single))
    assert again.dtype == torch.float32
    assert torch.equal(evaluate(again, table.inputs), evaluate(single, table.inputs))
    torch.testing.assert_close(
        evaluate(again.to(torch.float64), table.inputs), evaluate(network, table.inputs), rtol=0, atol=2e-5
    )
    assert importance(single, trace_of(single, table)).edges[0].dtype == torch.float32
    assert input_derivatives(single, table.inputs).gradient.shape == (60, 2, 3)
    # The formula is computed in double precision of single-precision constants.
    formula = write_formula(single, ["a", "b", "c"], ["y", "z"], table.inputs)
    assert formula.maximum_difference == pytest.approx(0, abs=1e-4)


@METHODS
def test_single_precision_networks_train(method) -> None:
    split = toy_split(300)
    network = create_network([2, 3, 1], split.train, generator=generator(), base="silu").to(torch.float32)
    before = float((evaluate(network, split.train.inputs) - split.train.targets).square().mean().sqrt())
    *_, last = train(network, split, options_of(method, TrainingOptions(steps=20, sparsity=1e-3)))
    assert last.network.dtype == torch.float32
    assert last.train_error < 0.9 * before


def test_numbers_far_from_zero_lose_nothing_in_single_precision() -> None:
    x = 1.7e9 + 1e3 * uniform(200, 1)
    table = make_table(x, 5e8 + x - 1.7e9)
    network = create_network([1, 1], table, generator=generator()).to(torch.float32)
    assert (
        float((network.normalisation.inputs(x).double() - network.to(torch.float64).normalisation.inputs(x)).abs().max()) < 1e-7
    )
    assert float(network.normalisation.targets(table.targets).abs().max()) < 3


def test_element_types_and_devices_that_cannot_be_are_refused() -> None:
    network, _ = basis_network("silu")
    with pytest.raises(ShapeError, match="float32 or float64"):
        network.to(torch.float16)
    with pytest.raises(ShapeError, match="MPS has no float64"):
        network.to(device="mps")


@DEVICES
@METHODS
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_networks_train_on_every_device_as_in_double_precision_on_the_cpu(device: str, dtype: torch.dtype, method) -> None:
    network, table = basis_network("all", rows=200)
    split = Split(table, table)
    there = network.to(dtype, device)
    torch.testing.assert_close(evaluate(there, table.inputs), evaluate(network, table.inputs), rtol=0, atol=1e-4)
    options = options_of(method, TrainingOptions(steps=5))
    ends = [list(train(each, split, options))[-1] for each in (there, network)]
    assert (ends[0].network.device.type, ends[0].network.dtype) == (device, dtype)
    assert ends[0].train_error == pytest.approx(ends[1].train_error, rel=0.1)
