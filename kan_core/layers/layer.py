"""One layer as data: a structure, a grid and the parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from kan_core.layers.structure import Structure
from kan_core.splines.grid import Grid


@dataclass(frozen=True, eq=False)
class Layer:
    """x_{l+1,n} = Π_{subnodes j of n} Σ_i φ_{j,i}(x_{l,i})  (Liu et al. 2404.19756, eq. 2.5; products: 2408.10205).

    Attributes:
        structure: which edge is what.
        grid: knots per source node.
        coefficients: (targets, inputs, basis) spline coefficients; rows of edges that are not splines are kept but not used.
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

    def with_parameters(self, coefficients: Tensor, constants: Tensor) -> Layer:
        """The same layer with other parameter values."""
        return replace(self, coefficients=coefficients, constants=constants)
