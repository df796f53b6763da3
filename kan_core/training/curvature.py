"""The curvature of a loss in the network's outputs, row by row, as a factor that can be applied to Jacobians and vectors.

Called by the objectives, which make it, and by the Gauss-Newton models, which use it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Curvature(NamedTuple):
    """factor · RᵀR in each row, with (R v)_j = scale_j v_j - b_j Σ_k c_k v_k.

    Attributes:
        factor: the same for all rows.
        scale: (batch, outputs); None for 1.
        centre: b and c, each (batch, outputs); None for 0. A softmax has b = √p, c = p.
    """

    factor: float
    scale: Tensor | None = None
    centre: tuple[Tensor, Tensor] | None = None

    def rows(self, rows: slice | Tensor) -> Curvature:
        """Of some rows."""
        scale = None if self.scale is None else self.scale[rows]
        centre = None if self.centre is None else (self.centre[0][rows], self.centre[1][rows])
        return Curvature(self.factor, scale, centre)

    def to(self, dtype: torch.dtype) -> Curvature:
        """As another element type."""
        scale = None if self.scale is None else self.scale.to(dtype)
        centre = None if self.centre is None else (self.centre[0].to(dtype), self.centre[1].to(dtype))
        return Curvature(self.factor, scale, centre)

    def root(self, columns: Tensor) -> Tensor:
        """R applied to (batch, outputs, params)."""
        if self.scale is None:
            return columns
        made = columns * self.scale.unsqueeze(-1)
        if self.centre is not None:
            b, c = self.centre
            made = made - b.unsqueeze(-1) * (c.unsqueeze(1) @ columns)
        return made

    def root_transposed(self, vector: Tensor) -> Tensor:
        """Rᵀ applied to (batch, outputs)."""
        if self.scale is None:
            return vector
        made = vector * self.scale
        if self.centre is not None:
            b, c = self.centre
            made = made - c * (b * vector).sum(1, keepdim=True)
        return made

    def product(self, vector: Tensor) -> Tensor:
        """Factor · RᵀR applied to (batch, outputs)."""
        return self.factor * self.root_transposed(self.root(vector.unsqueeze(-1)).squeeze(-1))
