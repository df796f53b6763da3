"""A training that goes on from a checkpoint ends with the same network, bit for bit, as one that was never interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kan_core.errors import SnapshotError
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.trainer import train
from tests.kan_core.networks import toy_split
from tests.kan_core.training.resumable import TRAINERS, digest, end, untrained

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", TRAINERS)
def test_whatever_step_a_training_is_interrupted_at_it_ends_with_the_same_bytes(name: str) -> None:
    saved: list[bytes] = []
    last = None
    for progress in TRAINERS[name](None):
        saved.append(progress.checkpoint().to_bytes())
        last = progress
    assert last is not None
    assert len(saved) >= 3
    for data in saved:
        assert end(name, data) == (digest(last.network), last.step)


def test_another_process_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    names: dict[str, str] = {}
    ends: dict[str, list[str | int]] = {}
    for place, (name, trainer) in enumerate(TRAINERS.items()):
        steps = list(enumerate(trainer(None)))
        for at, progress in enumerate(trainer(None)):
            if at == len(steps) // 2:
                (tmp_path / f"{place}").write_bytes(progress.checkpoint().to_bytes())
        names[f"{place}"] = name
        ends[f"{place}"] = [digest(steps[-1][1].network), steps[-1][1].step]
    (tmp_path / "names.json").write_text(json.dumps(names))
    command = [sys.executable, "-m", "tests.kan_core.training.resumable", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    assert json.loads((tmp_path / "ends.json").read_text()) == ends


def test_a_checkpoint_goes_on_in_its_own_trainer_only() -> None:
    adam = next(iter(TRAINERS["Adam"](None))).checkpoint()
    with pytest.raises(SnapshotError, match="made by 'adam'"):
        next(train(untrained(1), toy_split(), resume=adam))


@pytest.mark.parametrize("data", [b"", b"no checkpoint", b'\x08\0\0\0\0\0\0\0{"a":1}', b"\xff" * 64])
def test_bytes_that_are_no_checkpoint_are_refused(data: bytes) -> None:
    with pytest.raises(SnapshotError, match="checkpoint"):
        Checkpoint.from_bytes(data)
