"""The built-in primitives by name, for `library`, which everybody else asks, and for the grammar of own functions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kan_core.errors import PrimitiveError
from kan_core.expression.limits import close_names
from kan_core.primitives.exponentials import EXPONENTIALS
from kan_core.primitives.powers import POWERS
from kan_core.primitives.primitive import Primitive
from kan_core.primitives.special import SPECIAL
from kan_core.primitives.trigonometric import TRIGONOMETRIC

LIBRARY: Mapping[str, Primitive] = MappingProxyType(
    {primitive.name: primitive for primitive in (*POWERS, *TRIGONOMETRIC, *EXPONENTIALS, *SPECIAL)}
)

_FAMILIAR = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "gaussian")
_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "0": "constant",
        "const": "constant",
        "identity": "x",
        "linear": "x",
        "square": "x^2",
        "cube": "x^3",
        "x^0.5": "sqrt",
        "1/x^0.5": "1/sqrt",
        "1/sqrt(x)": "1/sqrt",
        "ln": "log",
        "sign": "sgn",
        "asin": "arcsin",
        "acos": "arccos",
        "atan": "arctan",
        "asinh": "arcsinh",
        "acosh": "arccosh",
        "atanh": "arctanh",
        "logistic": "sigmoid",
        "gauss": "gaussian",
        "xlogx": "x*log(x)",
        "x log x": "x*log(x)",
        "besselj0": "J0",
        "besselj1": "J1",
    }
)


def built_in(name: str) -> Primitive:
    """The built-in primitive called `name`; common other names ('ln', 'x**2', 'asin') are understood.

    Raises:
        PrimitiveError: no such primitive; the message names the closest ones.
    """
    found = LIBRARY.get(name)
    if found is not None:
        return found
    plain = name.strip().replace("**", "^")
    candidates = {known.lower(): known for known in LIBRARY} | dict(_OTHER_NAMES)
    known = candidates.get(plain.lower())
    if known is not None:
        return LIBRARY[known]
    close = [candidates[match] for match in close_names(plain.lower(), list(candidates), 4)]
    if not close:
        raise PrimitiveError(
            f"there is no function called '{name[:80]}'; known are {', '.join(_FAMILIAR)} and others, "
            "or write a function of x such as x*exp(-x^2)"
        )
    raise PrimitiveError(f"there is no function called '{name[:80]}'; did you mean {', '.join(dict.fromkeys(close))}?")
