"""Where a training stands between two steps, as a value and as bytes: what its next step depends on besides rows and options.

A training that goes on from a checkpoint, in this process or another, ends with the same network, bit for bit, as one that
was never interrupted. Bytes are safetensors with a JSON header, no pickle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from kan_core.errors import SnapshotError
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes

Number = int | float | str | None
"""What the header holds; doubles come back as they were."""

_HEADER = "header"
_NETWORK = "network/"
_TENSOR = "tensor/"
_INNER = "inner"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The state of one trainer, and of the one that it leads.

    Attributes:
        trainer: who made it and can go on from it.
        step: how many steps it has told.
        numbers, tensors, networks: its state; a trainer that leads none has its present network as "now".
        inner: the state of the trainer that it leads (one of several starts, one of several grids).
    """

    trainer: str
    step: int
    numbers: Mapping[str, Number] = field(default_factory=dict[str, Number])
    tensors: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    networks: Mapping[str, Network] = field(default_factory=dict[str, Network])
    inner: Checkpoint | None = None

    @property
    def network(self) -> Network:
        """The network now."""
        return self.networks["now"] if self.inner is None else self.inner.network

    def by(self, trainer: str, device: torch.device) -> Checkpoint:
        """This checkpoint on a device, for the trainer that made it.

        Raises:
            SnapshotError: another trainer made it.
        """
        if self.trainer != trainer:
            raise SnapshotError(f"this checkpoint was made by '{self.trainer}' training and cannot go on as '{trainer}'")
        tensors = {name: tensor.to(device) for name, tensor in self.tensors.items()}
        networks = {name: network.to(device=device) for name, network in self.networks.items()}
        return Checkpoint(self.trainer, self.step, self.numbers, tensors, networks, self.inner)

    def left(self, steps: int) -> range:
        """The steps that are left of so many; none after one that converged."""
        return range(0) if self.whole("converged") else range(self.step + 1, steps + 1)

    def whole(self, name: str) -> int:
        """A number of the header that counts something."""
        return int(cast("int", self.numbers[name]))

    def real(self, name: str) -> float:
        """A number of the header."""
        return float(cast("float", self.numbers[name]))

    def to_bytes(self) -> bytes:
        """Checkpoint → bytes."""
        header = {"trainer": self.trainer, "step": self.step, "numbers": dict(self.numbers)}
        parts = {_HEADER: _packed(json.dumps(header).encode())}
        parts |= {_TENSOR + name: tensor.detach().cpu().contiguous().clone() for name, tensor in self.tensors.items()}
        parts |= {_NETWORK + name: _packed(to_bytes(network)) for name, network in self.networks.items()}
        if self.inner is not None:
            parts[_INNER] = _packed(self.inner.to_bytes())
        return save(parts)

    @staticmethod
    def from_bytes(data: bytes) -> Checkpoint:
        """Bytes → checkpoint.

        Raises:
            SnapshotError: not a checkpoint, or a damaged one.
        """
        try:
            parts = load(data)
            header: dict[str, Any] = json.loads(_unpacked(parts[_HEADER]))
            inner = Checkpoint.from_bytes(_unpacked(parts[_INNER])) if _INNER in parts else None
            # Cloned: what lies within the bytes is not aligned, and computes with other roundings on some processors.
            tensors = {name[len(_TENSOR) :]: part.clone() for name, part in parts.items() if name.startswith(_TENSOR)}
            networks = {
                name[len(_NETWORK) :]: from_bytes(_unpacked(part)) for name, part in parts.items() if name.startswith(_NETWORK)
            }
            made = Checkpoint(str(header["trainer"]), int(header["step"]), dict(header["numbers"]), tensors, networks, inner)
        except (LookupError, TypeError, ValueError, SafetensorError, RecursionError) as error:
            raise SnapshotError(f"these bytes are not a checkpoint of a training: {error}") from error
        if (inner is None) != ("now" in networks):
            raise SnapshotError("this checkpoint of a training has no network")
        return made


def standing(trainer: str, network: Network, resume: Checkpoint | None, **numbers: Number) -> Checkpoint:
    """Where a training stands: at the checkpoint to go on from, else at its beginning with these numbers.

    Raises:
        SnapshotError: another trainer made the checkpoint.
    """
    if resume is not None:
        return resume.by(trainer, network.device)
    return Checkpoint(trainer, 0, {"converged": 0, **numbers}, networks={"now": network})


def _packed(data: bytes) -> Tensor:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8)


def _unpacked(part: Tensor) -> bytes:
    return part.numpy().tobytes()
