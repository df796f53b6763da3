"""A KAN as an immutable value: layers plus the normalisation of the table it was made for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from kan_core.errors import ShapeError
from kan_core.expression.law import Law
from kan_core.layers.layer import Layer


@dataclass(frozen=True, eq=False)
class Normalisation:
    """Affine map between the data's own units and the network's.

    x = (x_raw - input_shift) / input_scale,  y_raw = y · target_scale + target_shift.

    Attributes:
        input_shift, input_scale: (inputs,); the training range goes to [-1, 1].
        target_shift, target_scale: (outputs,); mean and standard deviation of the training targets.
        dtype: element type of the network's units; None when it is that of the tensors. Raw numbers are shifted in the
            tensors' own, double precision, before they are rounded: a date in seconds loses nothing in a float32 network.
    """

    input_shift: Tensor
    input_scale: Tensor
    target_shift: Tensor
    target_scale: Tensor
    dtype: torch.dtype | None = field(default=None, kw_only=True)

    def inputs(self, raw: Tensor) -> Tensor:
        """(batch, inputs) raw units → network units."""
        return self._own((raw.to(self.input_shift) - self.input_shift) / self.input_scale)

    def targets(self, raw: Tensor) -> Tensor:
        """(batch, outputs) raw units → network units."""
        return self._own((raw.to(self.target_shift) - self.target_shift) / self.target_scale)

    def raw_targets(self, normalised: Tensor) -> Tensor:
        """(batch, outputs) network units → raw units."""
        return normalised * self.target_scale + self.target_shift

    def to(self, dtype: torch.dtype | None = None, device: torch.device | str | None = None) -> Normalisation:
        """Units of another element type or on another device; the numbers stay doubles unless the device has none (MPS)."""
        target = self.input_shift.device if device is None else torch.device(device)
        own = torch.float32 if target.type == "mps" else None
        parts = (self.input_shift, self.input_scale, self.target_shift, self.target_scale)
        return Normalisation(*(part.to(target, own) for part in parts), dtype=dtype or self.dtype)

    def _own(self, values: Tensor) -> Tensor:
        return values if self.dtype is None else values.to(self.dtype)


@dataclass(frozen=True, eq=False)
class Network:
    """f = N⁻¹ ∘ Φ_{L-1} ∘ … ∘ Φ_0 ∘ N with `Normalisation` N and layers Φ.

    Attributes:
        layers: Φ_0 … Φ_{L-1}; layer l+1 has as many inputs as layer l has nodes.
        normalisation: the data's units; part of the network, undone in every formula and export.
        steps: training steps behind these parameters; 0 is an untrained network.
        exact: texts of exact numbers in its formula, in snapshots from before there were laws.
        functions: the person's own functions, 'name(x) = text' or a bare text (`primitives.library`); edges need not use them.
        law: what the network says, when a formula with named constants decides it; whatever changes the layers leaves it behind.
        former: the law that was left behind last: names, states and bounds of constants that the next one may still have.
    """

    layers: tuple[Layer, ...]
    normalisation: Normalisation
    steps: int = 0
    exact: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    law: Law | None = None
    former: Law | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Node counts [n_0, …, n_L]."""
        return (self.layers[0].inputs, *(len(layer.structure.nodes) for layer in self.layers))

    @property
    def dtype(self) -> torch.dtype:
        """Element type of all parameters."""
        return self.layers[0].coefficients.dtype

    @property
    def device(self) -> torch.device:
        """Device of all parameters."""
        return self.layers[0].coefficients.device

    def to(self, dtype: torch.dtype | None = None, device: torch.device | str | None = None) -> Network:
        """The same network as another element type or on another device.

        Raises:
            ShapeError: an element type that is neither float32 nor float64, or float64 on MPS, which has none.
        """
        dtype = dtype or self.dtype
        if dtype not in (torch.float32, torch.float64):
            raise ShapeError(f"networks are float32 or float64, not {dtype}")
        if dtype == torch.float64 and device is not None and torch.device(device).type == "mps":
            raise ShapeError("MPS has no float64: use float32 there, or the CPU for doubles")
        layers = tuple(layer.to(dtype, device) for layer in self.layers)
        return replace(self, layers=layers, normalisation=self.normalisation.to(dtype, device))

    def with_layer(self, index: int, layer: Layer) -> Network:
        """The same network with layer `index` replaced."""
        return self.with_layers((*self.layers[:index], layer, *self.layers[index + 1 :]))

    def with_layers(self, layers: tuple[Layer, ...]) -> Network:
        """Other layers on the same units; what the law said of the former ones is not said of these."""
        return replace(self, layers=layers, law=None, former=self.law or self.former)
