"""Primitives by name: the built-in ones, and a person's own, whose name says all there is to know of them.

Layers, fits, formulas and the server look functions up here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kan_core.errors import FormulaError, PrimitiveError
from kan_core.expression.own import defined, own_function, parts_of
from kan_core.expression.tree import Apply, Column, columns_of
from kan_core.primitives.catalogue import LIBRARY, PRIMITIVES, built_in
from kan_core.primitives.own import primitive_of
from kan_core.primitives.primitive import Primitive

__all__ = ["LIBRARY", "PRIMITIVES", "get_primitive", "is_own", "own_arguments", "own_name", "own_parts", "short_name"]

_ROW_NAMES = {primitive.row.name: primitive for primitive in PRIMITIVES.values() if primitive.row is not None}


def get_primitive(name: str) -> Primitive:
    """The primitive called `name`: built in (also by its common other names, 'ln', 'x**2', 'asin'), or an own function.

    Raises:
        PrimitiveError: neither; the message names the closest ones, or the position in the text.
    """
    found = PRIMITIVES.get(name)
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
    return name not in PRIMITIVES and re.fullmatch(r"\s*[A-Za-z][A-Za-z0-9_]*\s*", name) is None


def own_name(text: str, name: str | None = None) -> str:
    """The full name of an own function, checked.

    Args:
        text: a function of x, or of the arguments that its name has: 'mean(a, b) = (a + b)/2'.
        name: a word to call it by, perhaps with arguments, 'mean(a, b)'; none when absent.

    Returns:
        'name(x) = text' or the text; the library's name for what is built in.

    Raises:
        PrimitiveError: the name is no word or taken, or the text is no function of its arguments.
    """
    whole = text if name is None else f"{name} = {text}" if "(" in name else f"{name}(x) = {text}"
    word, names, body = parts_of(whole)
    if word is None:
        if name is not None:
            hint = "use a letter, then letters, digits or _, at most 31; arguments follow as in f(x, y)"
            raise PrimitiveError(f"'{name[:40]}' cannot name a function: {hint}")
        return get_primitive(text.strip()).name
    try:
        function = defined(body, word, names)
    except FormulaError as error:
        raise PrimitiveError(str(error), error.position) from None
    missing = [each for place, each in enumerate(function.names) if place not in columns_of(function.tree)]
    if missing:
        raise PrimitiveError(f"the function does not depend on {', '.join(missing)}")
    return function.name if len(function.names) > 1 else _own(function.name).name


def own_arguments(name: str) -> tuple[str, ...]:
    """Names of the arguments of an own function; an edge can have one of a single argument only."""
    return parts_of(name)[1]


def own_parts(name: str) -> tuple[str | None, str]:
    """(word, text) of a full name; the word is None when it has none."""
    word, _, text = parts_of(name)
    return word, text


def short_name(name: str) -> str:
    """What a person calls it: the word of a definition, else the name."""
    return parts_of(name)[0] or name


@lru_cache(maxsize=256)
def _own(name: str) -> Primitive:
    """The function that the full name defines."""
    try:
        function = own_function(name)
    except FormulaError as error:
        raise PrimitiveError(str(error), error.position) from None
    if function.word is None and isinstance(function.tree, Apply) and function.tree.arguments == (Column(0),):
        return _ROW_NAMES[function.tree.function]
    return primitive_of(function)
