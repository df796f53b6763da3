"""One setting says where networks are trained; what is missing is said to the person."""

from __future__ import annotations

import pytest
import torch

from kan_core.network.create import create_network
from server.contract.actions import Initialise, Train
from server.settings import Settings
from server.work.device import DeviceMissingError, brought_home, choose, place_of, placed
from server.work.result import WorkError
from tests.kan_core.networks import generator, toy_table


@pytest.fixture(autouse=True)
def _cpu_again():
    yield
    choose("cpu")


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def a_gpu(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


def test_the_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANSCOPE_DEVICE", "mps")
    assert Settings().device == "mps"
    monkeypatch.setenv("KANSCOPE_DEVICE", "gpu")
    with pytest.raises(ValueError, match="'auto', 'cpu', 'cuda' or 'mps'"):
        Settings()


def test_without_a_gpu_auto_is_the_cpu(no_gpu) -> None:
    assert place_of("auto").device.type == "cpu"
    for name in ("cuda", "mps"):
        with pytest.raises(DeviceMissingError, match=f"no {name} device"):
            place_of(name)
    with pytest.raises(DeviceMissingError, match="there are auto, cpu, cuda and mps"):
        place_of("tpu")


def test_auto_leaves_doubles_on_the_cpu(a_gpu) -> None:
    assert (place_of("auto").device.type, place_of("auto").doubles) == ("cuda", False)
    assert place_of("cuda").doubles
    choose("auto")
    network = create_network([2, 1, 1], toy_table(20), generator=generator())
    assert placed(network) is network


def test_a_missing_device_is_said_when_something_is_trained(bench, no_gpu) -> None:
    choose("cuda")
    table = bench.law(lambda x, y: x + y)
    start = bench.do(Initialise(shape=[2, 1]), table)
    with pytest.raises(WorkError, match="This machine has no cuda device") as error:
        bench.do(Train(steps=2), table, start)
    assert "KANSCOPE_DEVICE" in str(error.value.hint)


def test_steps_on_the_cpu_are_handed_on_as_they_are() -> None:
    from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
    from tests.kan_core.networks import toy_split

    split = toy_split(50)
    network = create_network([2, 1, 1], split.train, generator=generator())
    steps = list(train(network, split, LevenbergMarquardtOptions(steps=2)))
    assert [step is home for step, home in zip(steps, brought_home(iter(steps)), strict=True)] == [True, True]
