"""Snapshots: same bytes, same outputs, bit for bit; damaged bytes are refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save
from torch import Tensor

from kan_core.errors import SnapshotError
from kan_core.ids import EdgeId
from kan_core.network.edits import lock, prune_edges
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from tests.kan_core.networks import basis_network, mixed_network, trace_of


def test_round_trip_is_exact() -> None:
    network, table = mixed_network()
    network = lock(network, [EdgeId(0, 1, 1)])
    network = prune_edges(network, [EdgeId(1, 1, 1)], trace_of(network, table))
    data = to_bytes(network)
    again = from_bytes(data)
    assert to_bytes(again) == data
    assert torch.equal(evaluate(again, table.inputs), evaluate(network, table.inputs))
    assert again.layers[0].structure.locked == network.layers[0].structure.locked
    assert again.layers[0].structure.nodes == network.layers[0].structure.nodes


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        from_bytes(data)


@given(st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=120, deadline=None)
def test_a_damaged_snapshot_is_refused_or_still_a_network(position: int, value: int) -> None:
    network, table = mixed_network()
    data = bytearray(to_bytes(network))
    data[position % len(data)] = value
    with suppress(SnapshotError):
        assert evaluate(from_bytes(bytes(data)), table.inputs).shape == table.targets.shape


def test_an_unknown_version_is_named() -> None:
    data = to_bytes(mixed_network()[0]).replace(b'\\"schema\\": 3', b'\\"schema\\": 7')
    with pytest.raises(SnapshotError, match="version 7"):
        from_bytes(data)


ODD: tuple[Any, ...] = (None, True, -1, 0, 10**30, float("nan"), "", "sin", [], [[]], {}, [1, 2, 3])


def parts_of(data: bytes) -> tuple[dict[str, Any], dict[str, Tensor]]:
    outer = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return json.loads(outer["__metadata__"]["kanscope"]), load(data)


def assembled(header: object, tensors: dict[str, Tensor]) -> bytes:
    return save(tensors, metadata={"kanscope": header if isinstance(header, str) else json.dumps(header)})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def with_other(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_other(value[path[0]], path[1:], other)
    return copy


def test_whatever_stands_in_the_header_is_refused_or_still_a_network() -> None:
    for network, table in (mixed_network(), basis_network("all")):
        header, tensors = parts_of(to_bytes(network))
        for path in places(header):
            for odd in ODD:
                with suppress(SnapshotError):
                    evaluate(from_bytes(assembled(with_other(header, path, odd), tensors)), table.inputs)


def test_tensors_of_another_shape_or_type_are_refused_or_not_needed() -> None:
    for network, table in (mixed_network(), basis_network("all")):
        header, tensors = parts_of(to_bytes(network))
        for name, tensor in tensors.items():
            for other in (tensor[None].clone(), tensor[:0], torch.zeros(()), tensor.to(torch.int32)):
                with suppress(SnapshotError):
                    evaluate(from_bytes(assembled(header, {**tensors, name: other})), table.inputs)


@pytest.mark.parametrize("name", ["0.spline", "0.coefficients", "1.constants", "input_shift", "target_scale"])
def test_parameters_and_units_of_another_shape_or_type_are_refused(name: str) -> None:
    header, tensors = parts_of(to_bytes(mixed_network()[0]))
    for other in (tensors[name][None].clone(), tensors[name][:0], torch.zeros(()), tensors[name].to(torch.int32)):
        with pytest.raises(SnapshotError, match="damaged"):
            from_bytes(assembled(header, {**tensors, name: other}))


def test_a_header_nested_without_end_is_refused() -> None:
    _, tensors = parts_of(to_bytes(mixed_network()[0]))
    with pytest.raises(SnapshotError, match="not a Kanscope network"):
        from_bytes(assembled("[" * 100_000, tensors))
