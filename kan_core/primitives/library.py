"""Primitives by name: the built-in ones, and a person's own, whose name says all there is to know of them.

An own function is called by its text, 'x*exp(-x^2)', or 'bump(x) = x*exp(-x^2)' when it was given a name. So the name on an
edge, in a snapshot or on the wire is enough for every process to know the function; nothing has to be registered first.
Layers, fits, formulas and the server look functions up here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kan_core.errors import PrimitiveError
from kan_core.primitives.catalogue import LIBRARY, built_in
from kan_core.primitives.grammar import Call, Variable, parse
from kan_core.primitives.primitive import Primitive
from kan_core.primitives.user import parse_primitive

__all__ = ["LIBRARY", "get_primitive", "is_own", "own_name", "own_parts", "short_name"]

_BETWEEN = "(x) = "
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_RESERVED = frozenset({"x", "pi", "e"})


def get_primitive(name: str) -> Primitive:
    """The primitive called `name`: of the library (also by its common other names, 'ln', 'x**2', 'asin'), or an own function.

    Raises:
        PrimitiveError: neither; the message names the closest ones, or the position in the text.
    """
    found = LIBRARY.get(name)
    if found is not None:
        return found
    try:
        return built_in(name)
    except PrimitiveError:
        if not is_own(name):
            raise
    return _own(name)


def is_own(name: str) -> bool:
    """Whether a name can only be an own function: a definition or a text with more than a word."""
    return _BETWEEN in name or re.fullmatch(r"\s*[A-Za-z][A-Za-z0-9_]*\s*", name) is None


def own_name(text: str, name: str | None = None) -> str:
    """The full name of an own function, checked.

    Args:
        text: a function of x in the grammar of `grammar`.
        name: a word to call it by; none when absent.

    Returns:
        'name(x) = text' or the text; the library's name for what the library has.

    Raises:
        PrimitiveError: the name is no word or taken, or the text is no function of x.
    """
    if name is None:
        return get_primitive(text.strip()).name
    word = name.strip()
    if _WORD.fullmatch(word) is None:
        raise PrimitiveError(f"'{word[:40]}' cannot name a function: use a letter, then letters, digits or _, at most 31")
    if word in _RESERVED or word.lower() in {known.lower() for known in LIBRARY}:
        raise PrimitiveError(f"'{word}' means something else already; choose another name")
    return _own(f"{word}{_BETWEEN}{text.strip()}").name


def own_parts(name: str) -> tuple[str | None, str]:
    """(word, text) of a full name; the word is None when it has none."""
    word, between, text = name.partition(_BETWEEN)
    return (word, text) if between else (None, name)


def short_name(name: str) -> str:
    """What a person calls it: the word of a definition, else the name."""
    return own_parts(name)[0] or name


@lru_cache(maxsize=256)
def _own(name: str) -> Primitive:
    """The function that the full name defines; a cache of what the name says, not a registry."""
    word, text = own_parts(name)
    text = text.strip()
    try:
        node = parse(text)
    except PrimitiveError as error:
        raise error if word is None else PrimitiveError(f"{word}(x): in '{text}', {error}", error.position) from None
    if word is None and isinstance(node, Call) and isinstance(node.argument, Variable):
        return LIBRARY[node.name]
    return parse_primitive(text, text if word is None else f"{word}{_BETWEEN}{text}")
