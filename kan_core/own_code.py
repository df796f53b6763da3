"""Python processes that import the program and what it is installed with, and nothing of the folder they are started in.

A child of Python looks for modules in the current folder first, then in `PYTHONPATH`, and only then in its own library: a
`queue.py` beside somebody's table would be executed. Every process that the program starts is started through this module:
`environment` for a command, `own_code_only` around a start by multiprocessing. Light, so that the server can use it without
loading the numerics.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).resolve().parent.parent
_OURS = ("kan_core", "server")
# What the processes import from elsewhere. An installation that keeps one of these in a folder named by PYTHONPATH needs it.
_NEEDED = (
    "torch", "numpy", "scipy", "sympy", "mpmath", "safetensors", "msgpack", "pydantic", "pydantic_core", "typing_extensions",
    "structlog", "polars", "plotly",
)  # fmt: skip
_SAFE_PATH, _PATH = "PYTHONSAFEPATH", "PYTHONPATH"
_starting = threading.RLock()


def environment() -> dict[str, str]:
    """Environment variables for a Python process that is started by a command."""
    variables = {name: value for name, value in os.environ.items() if name != _PATH}
    added = _added()
    return {**variables, _SAFE_PATH: "1", **({_PATH: os.pathsep.join(added)} if added else {})}


@contextmanager
def own_code_only() -> Generator[None]:
    """Start processes by multiprocessing in here.

    It hands them this process's environment, its `sys.path` and its main program, which the child would run once more (and a
    program that starts processes without asking for its name would do so in each of them). All three are the program's own
    meanwhile; one thread at a time.
    """
    with _starting:
        path, main, former = sys.path, sys.modules["__main__"], {name: os.environ.get(name) for name in (_PATH, _SAFE_PATH)}
        given = environment()
        sys.path, sys.modules["__main__"] = [*_added(), *_standard()], ModuleType("__main__")
        _set({name: given.get(name) for name in former})
        try:
            yield
        finally:
            sys.path, sys.modules["__main__"] = path, main
            _set(former)


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _added() -> list[str]:
    """Folders that the program needs and that Python does not look into by itself."""
    standard = _standard()
    added = [] if all(_finds(name, standard, _ROOT) for name in _OURS) else [str(_ROOT)]
    others = [entry for entry in sys.path if Path(entry).is_absolute() and entry not in standard and not _is_current(entry)]
    for name in _NEEDED:
        if not _finds(name, [*standard, *added]):
            added += [entry for entry in others if _finds(name, [entry])][:1]
    return added


def _finds(name: str, path: Sequence[str], root: Path | None = None) -> bool:
    """Whether a package is there, in the folder `root` when one is given."""
    spec = PathFinder.find_spec(name, path)
    if spec is None or spec.origin is None:
        return False
    return root is None or Path(spec.origin).resolve().is_relative_to(root / name)


def _standard() -> list[str]:
    """Entries of `sys.path` that Python and the installation have put there: its library and what follows.

    What `PYTHONPATH` names is none of them, nor is the current folder, unless it is the program's own.
    """
    named = os.environ.get(_PATH, "").split(os.pathsep)
    entries = sys.path[_place_of_library() :]
    return [entry for entry in entries if Path(entry).is_absolute() and entry not in named and not _is_current(entry)]


def _place_of_library() -> int:
    library = Path(os.__file__).resolve().parent
    for place, entry in enumerate(sys.path):
        where = Path(entry).resolve()
        if where == library or (where.suffix == ".zip" and where.parent == library.parent):
            return place
    return 0


def _is_current(entry: str) -> bool:
    try:
        current = Path.cwd().resolve()
    except FileNotFoundError:
        return False
    return Path(entry).resolve() == current != _ROOT
