"""The process that `simplify` starts: trees on standard input, candidates on standard output, one JSON a line.

Imports sympy only, so it is ready in half a second. Quick rewritings first: a kill loses only the slow ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence

import sympy

from kan_core.errors import FormulaError
from kan_core.expression.bridge import from_sympy, to_sympy
from kan_core.expression.coding import from_data, to_data
from kan_core.expression.complexity import complexity
from kan_core.expression.tree import Expression

# Bytes of address space; sympy with a formula of ordinary length takes a tenth of it.
_MEMORY = 2**30

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


def candidates(expression: Expression, symbols: Sequence[sympy.Symbol]) -> Iterator[Expression]:
    """Shorter forms of a formula; a rewriting that fails on it, or that would need too much memory, gives none."""
    original = to_sympy(expression, symbols)
    seen = {original}
    longest = complexity(expression)
    for rewriting in _REWRITINGS:
        try:
            other = rewriting(original)
            # A longer one, a product written out into thousands of terms, is not worth the way home.
            if isinstance(other, sympy.Expr) and other not in seen:
                seen.add(other)
                found = from_sympy(other, symbols)
                if complexity(found) < longest:
                    yield found
        except (
            ArithmeticError,
            AttributeError,
            FormulaError,
            MemoryError,
            NotImplementedError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            continue


def main() -> None:
    """Answer the one request."""
    _limit_memory()
    request = json.load(sys.stdin)
    symbols = [sympy.Symbol(f"s{position}", real=True) for position in range(int(request["inputs"]))]
    for place, tree in enumerate(request["trees"]):
        for candidate in candidates(from_data(tree), symbols):
            sys.stdout.write(json.dumps({"place": place, "tree": to_data(candidate)}) + "\n")
            sys.stdout.flush()


def _limit_memory() -> None:
    """What a rewriting writes out may fill any memory long before time is up."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


if __name__ == "__main__":
    main()
