"""A second tree, evaluator, table and so on is found by its shape, whatever it is called."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts.house_rules import ROOT, check
from scripts.rules.one_of_each import ONES, One
from scripts.second_ones import function_names
from tests.rules.test_house_rules import make_tree

PLANTED = [
    (
        "tree of formulas",
        "class Term:\n    name: str\n    below: list['Term']\n",
    ),
    (
        "tree of formulas",
        (
            "from dataclasses import dataclass\n"
            "@dataclass(frozen=True)\n"
            "class Plus:\n"
            "    left: 'Plus | float'\n"
            "    right: 'Plus | float'\n"
        ),
    ),
    (
        "tree of formulas",
        "class Node:\n    size: int\nclass Add(Node):\n    parts: tuple[Node, ...]\n",
    ),
    (
        "tree of formulas",
        "Formula = Expression | Integral\n",
    ),
    (
        "evaluator of formulas",
        (
            "def worth(node, x):\n"
            "    match node:\n"
            "        case Sum(parts):\n"
            "            return np.sum([worth(p, x) for p in parts], 0)\n"
            "        case Product(parts):\n"
            "            return np.prod([worth(p, x) for p in parts], 0)\n"
            "        case Power(base, exponent):\n"
            "            return worth(base, x) ** worth(exponent, x)\n"
        ),
    ),
    (
        "evaluator of formulas",
        "def at(row, u):\n    return row.value(np, u)\n",
    ),
    (
        "evaluator of formulas",
        "made = sympy.lambdify(symbols, form)\n",
    ),
    (
        "table of functions",
        "NUMPY = {'sin': np.sin, 'cos': np.cos, 'exp': np.exp}\n",
    ),
    (
        "table of functions",
        "ROWS = [Row('tanh', 3), Row('erf', 4), Row('sqrt', 1)]\n",
    ),
    (
        "table of functions",
        (
            "def slope(name, u):\n"
            "    if name == 'sin':\n"
            "        return 1\n"
            "    if name in ('x', 'y') or name == 'log':\n"
            "        return 2\n"
            "    return 3 if name == 'sqrt' else 4\n"
        ),
    ),
    (
        "table of functions",
        (
            "def text(name):\n"
            "    match name:\n"
            "        case 'sin':\n"
            "            return 1\n"
            "        case 'cos' | 'tan':\n"
            "            return 2\n"
        ),
    ),
    (
        "least-squares core",
        (
            "def fit(jacobian, left):\n"
            "    for _ in range(50):\n"
            "        left = left - np.linalg.lstsq(jacobian, left)[0]\n"
            "    return left\n"
        ),
    ),
    (
        "least-squares core",
        (
            "def step(jacobian, left):\n"
            "    return np.linalg.solve(jacobian.T @ jacobian, left)\n"
            "def fit(jacobian, left):\n"
            "    while left.any():\n"
            "        left = left - step(jacobian, left)\n"
            "    return left\n"
        ),
    ),
    (
        "least-squares core",
        (
            "def fit(go):\n"
            "    damping = 1.0\n"
            "    for _ in range(9):\n"
            "        damping = damping / 10 if go(damping) else damping * 4\n"
        ),
    ),
    (
        "least-squares core",
        "found = scipy.optimize.curve_fit(f, x, y)\n",
    ),
    (
        "finder of exact numbers",
        "near = [1.0, math.pi, math.e, math.sqrt(2)]\n",
    ),
    (
        "finder of exact numbers",
        "exact = sympy.nsimplify(value, [sympy.pi])\n",
    ),
    (
        "policy for what an edge could be",
        "def choose(curve):\n    return order_by_whole_model(fit_affine(curve.x, curve.y))\n",
    ),
    (
        "parser",
        (
            "class Descent:\n"
            "    def sum(self):\n"
            "        return self.product()\n"
            "    def product(self):\n"
            "        return self.power()\n"
            "    def power(self):\n"
            "        return 1\n"
        ),
    ),
    (
        "parser",
        "TOKENS = re.compile(r'\\d+|\\w+|[-+*/^()]')\n",
    ),
    (
        "parser",
        "body = ast.parse(text, mode='eval')\n",
    ),
    (
        "typesetter",
        "def quotient(a, b):\n    return rf'\\frac{{{a}}}{{{b}}}'\n",
    ),
    (
        "typesetter",
        "ROOT = r'\\sqrt{{{0}}}'\n",
    ),
    (
        "typesetter",
        "shown = sympy.latex(form)\n",
    ),
    (
        "bridge to sympy",
        "from sympy import Symbol\n",
    ),
    (
        "bridge to sympy",
        "def late():\n    import sympy\n    return sympy.pi\n",
    ),
]
LIKE = [
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sympy\n",
    "for start in range(0, len(rows), 512):\n    found.append(np.linalg.lstsq(rows[start], wanted)[0])\n",
    "for group in groups:\n    found.append(np.linalg.lstsq(group, wanted)[0])\n",
    "WAVES = ('sin', 'cos')\n",
    "from dataclasses import dataclass\n@dataclass\nclass Kept:\n    law: Expression\n    size: int\n",
    'hint = r"T = 2\\pi\\sqrt{L/g}"\n',
    (
        "def size(node):\n"
        "    match node:\n"
        "        case Sum(parts) | Product(parts):\n"
        "            return len(parts)\n"
        "        case Power():\n"
        "            return 2\n"
    ),
    "class Part:\n    size: int\n    former: Part | None = None\n",
    "turns = round(phase / math.pi)\n",
]


@pytest.mark.parametrize(("name", "text"), PLANTED)
def test_a_second_one_is_found_wherever_it_is_planted(tmp_path: Path, name: str, text: str) -> None:
    found = check("one_of_each", make_tree(tmp_path, "kan_core/second.py", text))
    assert any(f"a second {name}?" in line for line in found), found
    assert all(line.startswith("kan_core/second.py:") for line in found)


@pytest.mark.parametrize("text", LIKE)
def test_what_is_something_else_passes(tmp_path: Path, text: str) -> None:
    assert check("one_of_each", make_tree(tmp_path, "server/work/other.py", text)) == []


def test_an_exception_that_is_needed_no_more_is_said(tmp_path: Path) -> None:
    found = check("one_of_each", make_tree(tmp_path, "kan_core/search/laws/write.py", "x = 1\n"))
    assert len(found) == 1
    assert found[0].startswith("kan_core/search/laws/write.py: needs no exception from one bridge to sympy any more")


def test_everything_there_is_one_of_is_planted() -> None:
    assert {name for name, _ in PLANTED} == {one.name for one in ONES}


@pytest.mark.parametrize("one", ONES, ids=lambda one: one.name)
def test_the_first_one_looks_like_one(one: One) -> None:
    """Else a copy of it would not be found either."""
    homes = [path for home in one.homes for path in ([ROOT / home] if home.endswith(".py") else (ROOT / home).rglob("*.py"))]
    assert any(list(one.found(ast.parse(path.read_text(encoding="utf-8")))) for path in homes)


def test_the_names_of_functions_are_those_of_the_table() -> None:
    assert {"sin", "erfc", "hypot", "where"} <= function_names()
