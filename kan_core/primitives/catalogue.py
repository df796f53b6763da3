"""The built-in primitives by name: the powers, and every function of one argument of the table.

`LIBRARY` has those that are offered for edges, in the order in which they are; a person, or a formula, may ask for any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kan_core.errors import PrimitiveError
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.limits import close_names
from kan_core.primitives.powers import POWERS
from kan_core.primitives.primitive import Primitive, of_row

_ROWS = {row.edge_name: of_row(row) for row in FUNCTIONS.values() if row.arguments == 1}
_ROOTS = [primitive for primitive in _ROWS.values() if primitive.exponent is not None]
_ORDERED_POWERS = sorted((*_ROOTS, *POWERS), key=lambda power: not float(power.exponent or 0).is_integer())


def _by_name(primitives: Iterable[Primitive]) -> Mapping[str, Primitive]:
    return MappingProxyType({primitive.name: primitive for primitive in primitives})


PRIMITIVES = _by_name((*_ORDERED_POWERS, *_ROWS.values()))
"""All of them."""
LIBRARY = _by_name(primitive for primitive in PRIMITIVES.values() if primitive.row is None or primitive.row.edge is not None)
"""Those that are offered."""

_POWER_NAMES = {
    "0": "constant", "const": "constant", "identity": "x", "linear": "x", "square": "x^2", "cube": "x^3", "x^0.5": "sqrt",
    "1/x^0.5": "1/sqrt", "1/sqrt(x)": "1/sqrt",
}  # fmt: skip
"""Further names of powers."""
_OTHER_NAMES = _POWER_NAMES | {
    other.lower(): name
    for name, primitive in PRIMITIVES.items()
    if (row := primitive.row) is not None
    for other in (row.name, *row.others, *(row.edge.others if row.edge else ()))
}


def built_in(name: str) -> Primitive:
    """The built-in primitive called `name`; common other names ('ln', 'x**2', 'asin') are understood.

    Raises:
        PrimitiveError: no such primitive; the message names the closest ones.
    """
    found = PRIMITIVES.get(name)
    if found is not None:
        return found
    plain = name.strip().replace("**", "^").lower()
    candidates = {known.lower(): known for known in PRIMITIVES} | _OTHER_NAMES
    known = candidates.get(plain)
    if known is not None:
        return PRIMITIVES[known]
    close = [candidates[match] for match in close_names(plain, list(candidates), 4)]
    if close:
        raise PrimitiveError(f"there is no function called '{name[:80]}'; did you mean {', '.join(dict.fromkeys(close))}?")
    familiar = [primitive.name for primitive in LIBRARY.values() if primitive.row is not None][:8]
    hint = f"known are {', '.join(familiar)} and others, or write a function of x such as x*exp(-x^2)"
    raise PrimitiveError(f"there is no function called '{name[:80]}'; {hint}")
