"""The process that `simplify` starts: trees on standard input, candidates on standard output, one JSON a line.

Imports sympy only, so it is ready in half a second. Quick rewritings first: a kill loses only the slow ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

import sympy

from kan_core.errors import FormulaError
from kan_core.symbolic.expression_tree import from_tree, to_tree

_REWRITINGS: tuple[Callable[..., object], ...] = (
    sympy.factor_terms,
    sympy.expand,
    sympy.powsimp,
    sympy.trigsimp,
    sympy.together,
    sympy.cancel,
    sympy.factor,
    sympy.logcombine,
    sympy.simplify,
)


def candidates(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    """Other forms of the expression; a rewriting that fails on it gives none."""
    seen = {expression}
    for rewriting in _REWRITINGS:
        try:
            other = rewriting(expression)
        except (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError):
            continue
        if isinstance(other, sympy.Expr) and other not in seen:
            seen.add(other)
            yield other


def main() -> None:
    """Answer the one request."""
    request = json.load(sys.stdin)
    symbols = [sympy.Symbol(f"s{position}", real=True) for position in range(int(request["symbols"]))]
    for place, tree in enumerate(request["trees"]):
        for candidate in candidates(from_tree(tree, symbols)):
            try:
                line = json.dumps({"place": place, "tree": to_tree(candidate, symbols)})
            except FormulaError:
                continue
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
