"""One layer as data: a structure, a grid and the parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.layers.structure import Structure
from kan_core.splines.grid import Grid


@dataclass(frozen=True, eq=False)
class Layer:
    """x_{l+1,n} = Π_{subnodes j of n} Σ_i φ_{j,i}(x_{l,i})  (Liu et al. 2404.19756, eq. 2.5; products: 2408.10205).

    Attributes:
        structure: which edge is what.
        grid: knots per source node, and the base function.
        coefficients: (targets, inputs, basis) spline coefficients; rows of edges that are not splines are kept but not used.
            In the columns of a grid that an edge does not use (`columns`) they are zero.
        constants: (symbolic edges, 4) the a, b, c, d of c·f(a·x + b) + d, in the order of `structure.symbolic`.
    """

    structure: Structure
    grid: Grid
    coefficients: Tensor
    constants: Tensor

    @property
    def inputs(self) -> int:
        """Number of source nodes."""
        return self.structure.inputs

    @property
    def targets(self) -> int:
        """Number of subnodes."""
        return self.structure.targets

    @property
    def columns(self) -> Tensor | None:
        """(targets, inputs, basis) bool, the columns of the basis that belong to each edge; None when all belong to all."""
        if self.structure.grids is None:
            return None
        table = torch.zeros((len(self.grid.parts), self.grid.basis), dtype=torch.bool, device=self.structure.spline.device)
        for part in range(len(self.grid.parts)):
            table[part, self.grid.columns(part)] = True
        if self.grid.base is not None:
            table[:, -1] = True
        return table[self.structure.grids]

    def intervals(self, target: int, source: int) -> int:
        """Grid intervals of one edge."""
        return self.grid.parts[self.structure.part(target, source)].intervals

    def to(self, dtype: torch.dtype, device: torch.device | str | None = None) -> Layer:
        """The same layer as another element type or on another device."""
        structure = self.structure if device is None else self.structure.to(device)
        grid = self.grid.to(dtype, device)
        return Layer(structure, grid, self.coefficients.to(device, dtype), self.constants.to(device, dtype))

    def with_parameters(self, coefficients: Tensor, constants: Tensor) -> Layer:
        """The same layer with other parameter values."""
        return replace(self, coefficients=coefficients, constants=constants)
