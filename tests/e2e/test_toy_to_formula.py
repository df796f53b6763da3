"""A person who only clicks gets from the cold page to the exact law of the toy."""

from __future__ import annotations

import importlib.util
import math
import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.workbench import Workbench

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
CONSTANTS = (0.0, 1.0, 2.0, math.pi)


def test_the_toy_becomes_its_exact_formula_by_clicking_only(page: Page, server: Serving, tmp_path: Path) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    bench.set_threshold(0.4)
    bench.press_button(re.compile(r"^Prune \d+ edges$"))
    expect(bench.edges("spline")).to_have_count(3)
    bench.press_button(re.compile(r"Grid 5 → 10|Finer grid"))
    while bench.edges("spline").count():
        bench.accept_first_suggestion(bench.edges("spline").first)
    bench.press_button("Refit constants")

    expect(page.get_by_text("closed form")).to_be_visible()
    formula = bench.copied("SymPy")
    off = [value for value in map(float, NUMBER.findall(formula)) if min(abs(value - known) for known in CONSTANTS) > 1e-6]
    assert off == [], formula

    x, y = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(-1, 1, 21))
    written = _written_python(bench.copied("Python"), tmp_path, x.ravel(), y.ravel())
    np.testing.assert_allclose(written, np.exp(np.sin(np.pi * x) + y**2).ravel(), rtol=1e-9)


def _written_python(text: str, folder: Path, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values of the exported program, used as its reader would: saved as a module and imported."""
    (folder / "exported.py").write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("exported", folder / "exported.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return np.asarray(module.predict(x, y))
