"""The sympy script builds the same expressions in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from kan_core.export.sympy_text import sympy_script
from kan_core.expression.tree import Spline, walk
from kan_core.expression.valuation import Valuation


def test_the_script_builds_expressions_with_the_same_values(case, run: Callable[[str], str]) -> None:
    text = sympy_script(case.network, case.formula, case.input_names, case.target_names)
    probe = [0.3 + 0.11 * index for index in range(len(case.input_names))]
    program = f"""
import json
from sympy.core.function import AppliedUndef as Undefined
probe = dict(zip({case.input_names!r}, {probe!r}))
found = []
for expression in formulas.values():
    expression = expression.replace(lambda node: isinstance(node, Undefined), lambda node: node.args[0] ** 2 + 1)
    value = expression.subs({{sympy.Symbol(name): sympy.Float(number, 30) for name, number in probe.items()}})
    found.append([float(sympy.re(sympy.N(value))), float(sympy.im(sympy.N(value)))])
print(json.dumps([list(formulas), found]))
"""
    targets, found = json.loads(run(text + program).splitlines()[-1])
    assert targets == case.target_names
    parts = [part for expression in case.formula.expressions for part in walk(expression)]
    splines = {part.edge: lambda u: u**2 + 1 for part in parts if isinstance(part, Spline)}
    rows = Valuation(np.array([probe]), splines)
    for expression, (real, imaginary) in zip(case.formula.expressions, found, strict=True):
        value = float(rows.values(expression)[0])
        if imaginary == 0:
            assert abs(value - real) <= 1e-12 * max(1.0, abs(real))


def test_the_script_prints_its_formulas(case, run: Callable[[str], str]) -> None:
    assert " = " in run(sympy_script(case.network, case.formula, case.input_names, case.target_names))
