"""No package is outside the layers: one that is new stands in a contract before it is merged."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LINES = [line for each in CONTRACTS if each["type"] == "layers" for line in each["layers"]]
LAYERS = {name for line in LINES for name in re.split(r" [|:] ", line)}
BESIDE = {
    "kan_core.science": "samples, which know no numerics of the program",
    "server.contract": "a contract of its own",
    "server.discover": "a program of its own",
    "server.fit": "a program of its own",
    "server.report": "runs in workers",
    "server.tables": "knows no other",
    "server.work": "runs in workers",
}


def packages(root: str) -> set[str]:
    return {f"{root}.{path.parent.name}" for path in (ROOT / root).glob("*/__init__.py")}


@pytest.mark.parametrize("root", ["kan_core", "server"])
def test_every_package_has_its_layer(root: str) -> None:
    missing = packages(root) - LAYERS - set(BESIDE)
    assert not missing


def test_no_layer_is_of_a_package_that_is_gone() -> None:
    for name in LAYERS | set(BESIDE):
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), name


def test_packages_that_need_no_extra_are_all_named() -> None:
    extra = next(each for each in CONTRACTS if "sklearn" in each["forbidden_modules"])
    assert packages("kan_core") - {"kan_core.estimator"} <= set(extra["source_modules"])
