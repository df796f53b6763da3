"""Units in which a network sees a value exactly, for columns on which a formula jumps.

Ranges are mapped to [-1, 1], which rounds: 3 may come back as 2.9999999999999996, and its floor is 2. Without a shift and with
a power of two as scale nothing is rounded, so an edge makes of a value what the formula makes of it. Used by `from_formula`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from torch import Tensor

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.own import own_function
from kan_core.expression.tree import Apply, Column, Expression, columns_of, walk
from kan_core.network.network import Normalisation


def exact_where_it_jumps(units: Normalisation, expressions: Sequence[Expression], inputs: Tensor) -> Normalisation:
    """The units with those columns exact that stand in a step, a comparison or a remainder.

    Args:
        units: of a network.
        expressions: that it is to compute, in raw units.
        inputs: (batch, inputs) raw rows.
    """
    columns = _columns_of_jumps(expressions)
    if not columns:
        return units
    shift, scale = units.input_shift.clone(), units.input_scale.clone()
    for index in columns:
        reach = float(inputs[:, index].abs().amax())
        shift[index] = 0.0
        if 0 < reach < math.inf:
            # frexp: reach = m·2^e with 1/2 ≤ m < 1.
            scale[index] = 2.0 ** min(math.frexp(reach)[1], 1023)
    return replace(units, input_shift=shift, input_scale=scale)


def _columns_of_jumps(expressions: Sequence[Expression]) -> set[int]:
    return {
        index
        for expression in expressions
        for part in walk(expression)
        if isinstance(part, Apply) and _jumps(part.function)
        for index in columns_of(part)
    }


@lru_cache(maxsize=256)
def _jumps(function: str) -> bool:
    """Whether a function jumps, or one does that it is made of."""
    row = FUNCTIONS.get(function)
    if row is not None and not row.smooth:
        return True
    if row is None:
        tree = own_function(function).tree
    elif row.plain is not None:
        tree = row.plain(*(Column(place) for place in range(row.arguments)))
    else:
        return False
    return any(isinstance(part, Apply) and _jumps(part.function) for part in walk(tree))
