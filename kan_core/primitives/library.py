"""The primitives by name. Layers, fits, formulas and the server's list of functions look them up here."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from kan_core.errors import PrimitiveError
from kan_core.primitives.exponentials import EXPONENTIALS
from kan_core.primitives.powers import POWERS
from kan_core.primitives.primitive import Primitive
from kan_core.primitives.special import SPECIAL
from kan_core.primitives.trigonometric import TRIGONOMETRIC

LIBRARY: Mapping[str, Primitive] = MappingProxyType(
    {primitive.name: primitive for primitive in (*POWERS, *TRIGONOMETRIC, *EXPONENTIALS, *SPECIAL)}
)

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


def get_primitive(name: str) -> Primitive:
    """The primitive called `name`; common other names ('ln', 'x**2', 'asin') are understood.

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
    close = [candidates[match] for match in get_close_matches(plain.lower(), list(candidates), n=4, cutoff=0.5)]
    names = list(dict.fromkeys(close)) or list(LIBRARY)
    raise PrimitiveError(f"there is no function called '{name[:80]}'; did you mean {', '.join(names)}?")
