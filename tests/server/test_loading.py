"""Modules are loaded without the garbage collector, and it works again afterwards."""

from __future__ import annotations

import gc

import pytest

from server.loading import without_collector


def test_the_collector_rests_meanwhile_and_leaves_alone_what_was_loaded() -> None:
    before = gc.get_freeze_count()
    with without_collector():
        assert not gc.isenabled()
        loaded = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(loaded)
    gc.unfreeze()


def test_the_collector_works_again_when_a_module_cannot_be_loaded() -> None:
    with pytest.raises(ImportError), without_collector():
        raise ImportError
    assert gc.isenabled()
    gc.unfreeze()
