"""Snapshots: same bytes, same outputs, bit for bit; damaged bytes are refused with a sentence."""

from __future__ import annotations

from contextlib import suppress

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.errors import SnapshotError
from kan_core.ids import EdgeId
from kan_core.network.edits import lock, prune_edges
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from tests.kan_core.networks import mixed_network, trace_of


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
    data = to_bytes(mixed_network()[0]).replace(b'\\"schema\\": 2', b'\\"schema\\": 7')
    with pytest.raises(SnapshotError, match="version 7"):
        from_bytes(data)
