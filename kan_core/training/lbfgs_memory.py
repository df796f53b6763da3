"""What torch's L-BFGS remembers between steps, as numbers and tensors of a checkpoint, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from kan_core.training.checkpoint import Checkpoint, Number

# torch's names: counts; the last direction, step length, gradient and value; curvature pairs and their products.
_SINGLE = ("func_evals", "n_iter", "d", "t", "H_diag", "prev_flat_grad", "prev_loss")
_LISTS = ("old_dirs", "old_stps", "ro")


@dataclass(frozen=True, eq=False)
class Memory:
    """Parts of a checkpoint."""

    numbers: dict[str, Number]
    tensors: dict[str, Tensor]


def memory_of(optimiser: torch.optim.LBFGS) -> Memory:
    """A copy of what it remembers; `al`, which each iteration writes anew, is left out."""
    state = _state(optimiser)
    single = {name: state[name] for name in _SINGLE if name in state}
    tensors = {f"memory.{name}": value.clone() for name, value in single.items() if isinstance(value, Tensor)}
    numbers: dict[str, Number] = {f"memory.{name}": value for name, value in single.items() if not isinstance(value, Tensor)}
    # Pairs are absent before the first step, and none when its gradient vanished.
    tensors |= {f"memory.{name}": torch.stack(state[name]) for name in _LISTS if state.get(name)}
    numbers["memory.begun"] = int(state.get("old_dirs") is not None)
    return Memory(numbers, tensors)


def restore_memory(optimiser: torch.optim.LBFGS, done: Checkpoint) -> None:
    """Make it remember what `memory_of` gave; nothing at the beginning of a training."""
    state = _state(optimiser)
    for name in _SINGLE:
        kept = f"memory.{name}"
        if kept in done.tensors:
            state[name] = done.tensors[kept].clone()
        elif kept in done.numbers:
            state[name] = done.numbers[kept]
    if done.numbers.get("memory.begun"):
        for name in _LISTS:
            rows = done.tensors.get(f"memory.{name}")
            state[name] = [] if rows is None else [row.clone() for row in rows.unbind(0)]


def _state(optimiser: torch.optim.LBFGS) -> dict[str, Any]:
    return optimiser.state[optimiser.param_groups[0]["params"][0]]
