"""The sympy script builds the same expressions in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable

from sympy.core.function import AppliedUndef

from kan_core.export.sympy_text import sympy_script
from kan_core.symbolic.numeric import evaluate_expression


def test_the_script_builds_expressions_with_the_same_values(case, run: Callable[[str], str]) -> None:
    text = sympy_script(case.formula, case.input_names, case.target_names)
    probe = [0.3 + 0.11 * index for index in range(len(case.input_names))]
    values = {name: [value] for name, value in zip(case.input_names, probe, strict=True)}
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
    names = {str(node.func) for expression in case.formula.expressions for node in expression.atoms(AppliedUndef)}
    functions = dict.fromkeys(names, lambda u: u**2 + 1)
    for expression, (real, imaginary) in zip(case.formula.expressions, found, strict=True):
        value = float(evaluate_expression(expression, values, functions)[0])
        if imaginary == 0:
            assert abs(value - real) <= 1e-12 * max(1.0, abs(real))


def test_the_script_prints_its_formulas(case, run: Callable[[str], str]) -> None:
    assert " = " in run(sympy_script(case.formula, case.input_names, case.target_names))
