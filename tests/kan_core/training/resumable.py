"""Every trainer on a small task, as a function of where to go on; run as a program it goes on from checkpoints in files.

The program is another process: what a checkpoint forgets, a process that has just begun does not know.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import extend_grid, set_symbolic
from kan_core.network.network import Network
from kan_core.network.snapshot import to_bytes
from kan_core.network.trace import evaluate
from kan_core.training import relation_training
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.data import Split, Table, make_table
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.options import TrainingOptions
from kan_core.training.progress import Progress
from kan_core.training.refit import refit_constants
from kan_core.training.relation_task import RelationTask
from kan_core.training.relation_training import RelationOptions, train_relation
from kan_core.training.relations import RelationLoss
from kan_core.training.starts import train_from_starts, train_relation_from_starts
from kan_core.training.trainer import options_of, train
from tests.kan_core.networks import generator, mixed_network, toy_split

Resume = Callable[[Checkpoint | None], Iterator[Progress]]


def untrained(seed: int, shape: tuple[int, ...] = (2, 3, 1)) -> Network:
    return create_network(shape, toy_split().train, generator=generator(seed))


def _by(method, network: Network | None = None, split: Split | None = None, **settings) -> Resume:
    options = options_of(method, TrainingOptions(), **settings)
    return lambda resume: train(network or untrained(1), split or toy_split(), options, resume=resume)


def _heat() -> RelationTask:
    line = torch.linspace(-1, 1, 9, dtype=torch.float64)
    relation = RelationLoss(lambda x, f: f.hessian.sum(-1) + math.pi**2 * torch.sin(math.pi * x[:, :1]))
    points = torch.cartesian_prod(line, line)
    border = points[points.abs().amax(1) == 1]
    return RelationTask(relation, points, Table(border, torch.zeros((len(border), 1), dtype=torch.float64)), 0.01)


def _start(seed: int) -> Network:
    points = _heat().points
    return create_network([2, 2, 1], make_table(points, points[:, :1]), generator=generator(seed))


def _relation(resume: Checkpoint | None) -> Iterator[Progress]:
    return train_relation(_start(0), _heat(), RelationOptions(steps=8, grid_every=2), resume=resume)


def _descent(resume: Checkpoint | None) -> Iterator[Progress]:
    """As a network whose Jacobian would be too large."""
    limit, relation_training._DENSE_NUMBERS = relation_training._DENSE_NUMBERS, 1.0
    try:
        yield from train_relation(_start(0), _heat(), RelationOptions(steps=6, grid_every=3), resume=resume)
    finally:
        relation_training._DENSE_NUMBERS = limit


def _starts(resume: Checkpoint | None) -> Iterator[Progress]:
    options = LevenbergMarquardtOptions(steps=6, sparsity=0.01)
    return train_from_starts([untrained(seed) for seed in range(3)], toy_split(), options, heat=3, resume=resume)


def _grids(resume: Checkpoint | None) -> Iterator[Progress]:
    options = RelationOptions(steps=3, tolerance=0.01)
    starts = [_start(seed) for seed in range(3)]
    return train_relation_from_starts(starts, _heat(), options, grids=(8, 12), heat=2, resume=resume)


def _refit(resume: Checkpoint | None) -> Iterator[Progress]:
    inputs = torch.rand(2500, 2, generator=generator(0), dtype=torch.float64) * 2 - 1
    network = create_network((2, 1), make_table(inputs, inputs[:, :1]), generator=generator(0))
    right = set_symbolic(network, EdgeId(0, 0, 0), "sin", (1.9, 0.3, 0.5, 0.0))
    right = set_symbolic(right, EdgeId(0, 1, 0), "x^2", (1.0, 0.0, 0.25, 0.0))
    table = make_table(inputs, evaluate(right, inputs))
    wrong = set_symbolic(right, EdgeId(0, 0, 0), "sin", (2.0, 0.2, 0.55, 0.02))
    return refit_constants(wrong, Split(table, table), 30, resume=resume)


def _mixed(method, **settings) -> Resume:
    network, table = mixed_network()
    return _by(method, network, Split(table, table), **settings)


TRAINERS: dict[str, Resume] = {
    "Levenberg-Marquardt": _by("levenberg-marquardt", steps=8),
    "Levenberg-Marquardt, sparse": _by("levenberg-marquardt", steps=12, sparsity=0.02, smoothness=0.01),
    "Levenberg-Marquardt in single precision": _by("levenberg-marquardt", untrained(2).to(torch.float32), steps=8),
    "Levenberg-Marquardt without a matrix": _by("levenberg-marquardt", steps=5, solver="matrix-free", sparsity=0.01),
    "Levenberg-Marquardt of symbolic edges and products": _mixed("levenberg-marquardt", steps=6),
    "Levenberg-Marquardt with finer grids of single edges": _by(
        "levenberg-marquardt", extend_grid(untrained(3), 9, [EdgeId(0, 0, 0)]), steps=5
    ),
    "L-BFGS": _by("l-bfgs", steps=8),
    "L-BFGS, sparse, with knots that move": _by("l-bfgs", steps=9, sparsity=0.02, grid_every=3),
    "L-BFGS of symbolic edges and products": _mixed("l-bfgs", steps=5),
    "L-BFGS that cannot descend": _by("l-bfgs", steps=9, precision="float32", tolerance=10.0),
    "Adam": _by("adam", steps=8, batch=80),
    "Adam, sparse, with knots that move": _by("adam", steps=9, batch=100, sparsity=0.02, grid_every=2, rate=0.05),
    "Adam in single precision": _by("adam", steps=6, batch=80, precision="float32"),
    "Adam whose steps are undone": _mixed("adam", steps=12, rate=1e200),
    "a relation": _relation,
    "a relation by descent": _descent,
    "starts": _starts,
    "a relation from starts on grids": _grids,
    "constants on some rows, then on all": _refit,
}
"""By name."""


def digest(network: Network) -> str:
    """Of its bytes."""
    return hashlib.sha256(to_bytes(network)).hexdigest()


def end(name: str, data: bytes) -> tuple[str, int]:
    """Digest of the network and number of steps when the training of that name goes on from these bytes."""
    done = Checkpoint.from_bytes(data)
    network, step = done.network, done.step
    for progress in TRAINERS[name](done):
        network, step = progress.network, progress.step
    return digest(network), step


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    names: dict[str, str] = json.loads((folder / "names.json").read_text())
    ends = {file: end(name, (folder / file).read_bytes()) for file, name in names.items()}
    (folder / "ends.json").write_text(json.dumps(ends))
