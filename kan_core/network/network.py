"""A KAN as an immutable value: layers plus the normalisation of the table it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.layers.layer import Layer


@dataclass(frozen=True, eq=False)
class Normalisation:
    """Affine map between the data's own units and the network's.

    x = (x_raw - input_shift) / input_scale,  y_raw = y · target_scale + target_shift.

    Attributes:
        input_shift, input_scale: (inputs,); the training range goes to [-1, 1].
        target_shift, target_scale: (outputs,); mean and standard deviation of the training targets.
    """

    input_shift: Tensor
    input_scale: Tensor
    target_shift: Tensor
    target_scale: Tensor

    def inputs(self, raw: Tensor) -> Tensor:
        """(batch, inputs) raw units → network units."""
        return (raw - self.input_shift) / self.input_scale

    def targets(self, raw: Tensor) -> Tensor:
        """(batch, outputs) raw units → network units."""
        return (raw - self.target_shift) / self.target_scale

    def raw_targets(self, normalised: Tensor) -> Tensor:
        """(batch, outputs) network units → raw units."""
        return normalised * self.target_scale + self.target_shift


@dataclass(frozen=True, eq=False)
class Network:
    """f = N⁻¹ ∘ Φ_{L-1} ∘ … ∘ Φ_0 ∘ N with `Normalisation` N and layers Φ.

    Attributes:
        layers: Φ_0 … Φ_{L-1}; layer l+1 has as many inputs as layer l has nodes.
        normalisation: the data's units; part of the network, undone in every formula and export.
        steps: training steps behind these parameters; 0 is an untrained network.
        exact: texts of the numbers that constants of its formula were snapped to (`symbolic.exact`).
        functions: the person's own functions, 'name(x) = text' or a bare text (`primitives.library`); edges need not use them.
    """

    layers: tuple[Layer, ...]
    normalisation: Normalisation
    steps: int = 0
    exact: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

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

    def with_layer(self, index: int, layer: Layer) -> Network:
        """The same network with layer `index` replaced."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))
