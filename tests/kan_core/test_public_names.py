"""The front door: every name leads somewhere, is documented, and costs nothing before it is asked for."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kan_core


def imported_for_types() -> dict[str, str]:
    """Name → module of the imports that only type checkers see."""
    tree = ast.parse(Path(kan_core.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def test_type_checkers_and_the_running_program_see_the_same_names() -> None:
    assert sorted(imported_for_types()) == sorted(kan_core.__all__)
    for name, module in imported_for_types().items():
        assert getattr(kan_core, name) is getattr(importlib.import_module(module), name)
    assert set(kan_core.__all__) <= set(dir(kan_core))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="kan_core has no name 'nothing'"):
        getattr(kan_core, "nothing")  # noqa: B009


@pytest.mark.parametrize("name", kan_core.__all__)
def test_every_name_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(kan_core, name))


def test_importing_the_package_imports_neither_torch_nor_sympy_nor_numpy() -> None:
    program = (
        "import kan_core, sys; print([name for name in ('torch', 'sympy', 'numpy', 'scipy', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["kan_core", "kan_core.estimator.regressor", "kan_core.estimator.classifier"])
def test_the_examples_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
