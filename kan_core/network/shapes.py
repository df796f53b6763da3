"""How many nodes a network begins with when nobody has said so."""

from __future__ import annotations

from dataclasses import dataclass

from kan_core.errors import ShapeError


@dataclass(frozen=True, kw_only=True)
class ShapeOptions:
    """What a shape is held to.

    Attributes:
        width: hidden nodes where rows allow: as in the KAN paper's examples (Liu et al., arXiv 2404.19756, §3), and 2n + 1 for
            n = 2, Kolmogorov's number.
        rows_per_parameter: training rows for each parameter at least.
        parameters: at most, so that the normal matrix stays small.
    """

    width: int = 5
    rows_per_parameter: int = 2
    parameters: int = 2_000


def suiting_shape(inputs: int, targets: int, rows: int, basis: int, options: ShapeOptions | None = None) -> list[int]:
    """[n, m] for one input, else [n, h, m] with h hidden nodes, fewer when there are few rows or very many columns.

    One input needs no hidden node: any curve is a spline, and a law of one variable then stands on one edge. Two or more
    start with `width`, because sparse training removes what is too much more reliably than it finds what is missing. A hidden
    node has p = (n + m)·basis parameters, so

        h = max(1, min(width, ⌊rows / (rows_per_parameter·p)⌋, ⌊parameters / p⌋))

    Args:
        inputs: n, at least 1.
        targets: m, at least 1.
        rows: of the training.
        basis: parameters of an edge: G + k, one more with a base function.
        options: limits.

    Raises:
        ShapeError: no input, no target, or edges without a parameter.
    """
    if min(inputs, targets, basis) < 1:
        raise ShapeError(f"a shape needs at least 1 input, 1 target and 1 parameter an edge, got {inputs}, {targets}, {basis}")
    options = options or ShapeOptions()
    if inputs == 1:
        return [inputs, targets]
    per_node = (inputs + targets) * basis
    by_rows = rows // (options.rows_per_parameter * per_node)
    by_size = options.parameters // per_node
    return [inputs, max(1, min(options.width, by_rows, by_size)), targets]
