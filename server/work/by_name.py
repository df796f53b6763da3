"""Find what does each kind of thing by its name: a file of a package, and in it the function of that name.

So nothing needs to be added to a list. Whatever has no file is missed when the program starts, in every test that has a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any


def by_name(package: str, kinds: Iterable[str]) -> Mapping[str, Callable[..., Any]]:
    """Function `kind` of module `package.kind` for each kind.

    Raises:
        ModuleNotFoundError: a kind has no file.
        AttributeError: its file has no function of its name.
    """
    return MappingProxyType({kind: getattr(import_module(f"{package}.{kind}"), kind) for kind in kinds})
