"""Which constants enter a formula linearly, all at once: their best values are then a linear problem (Golub & Pereyra 1973)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from kan_core.expression.tree import Apply, Constant, Exact, Expression, Power, Product, Sum

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Use:
    """How the constants of a part occur: all, those that bend it, and pairs that multiply each other."""

    every: frozenset[str]
    bent: frozenset[str]
    pairs: frozenset[Pair]


def linear_constants(expression: Expression, allowed: frozenset[str]) -> tuple[str, ...]:
    """As many of the allowed constants as a greedy choice finds in which the formula is jointly linear, in alphabetical order.

    The second derivatives by any two of them vanish. Those that multiply the fewest others come first.
    """
    use = _use(expression)
    left = (use.every & allowed) - use.bent
    against = {name: {other for pair in use.pairs if name in pair for other in pair - {name}} & left for name in left}
    chosen: set[str] = set()
    for name in sorted(left, key=lambda each: (len(against[each]), each)):
        if not against[name] & chosen:
            chosen.add(name)
    return tuple(sorted(chosen))


def _use(node: Expression) -> _Use:
    match node:
        case Constant(name):
            return _Use(frozenset((name,)), frozenset(), frozenset())
        case Sum(parts):
            return _joined([_use(part) for part in parts])
        case Product(parts):
            uses = [_use(part) for part in parts]
            made = _joined(uses)
            between = {
                frozenset((one, other)) for a, b in combinations(uses, 2) for one in a.every for other in b.every if one != other
            }
            twice = frozenset(name for a, b in combinations(uses, 2) for name in a.every & b.every)
            return _Use(made.every, made.bent | twice, made.pairs | between)
        case Power(base, Exact(1.0)):
            return _use(base)
        case Power(base, exponent):
            return _bent([_use(base), _use(exponent)])
        case Apply("where", (condition, *branches)):
            # On any row one branch stands, so those of different branches never multiply each other.
            return _joined([_bent([_use(condition)]), *(_use(branch) for branch in branches)])
        case Apply(_, arguments):
            return _bent([_use(argument) for argument in arguments])
        case _:
            return _Use(frozenset(), frozenset(), frozenset())


def _joined(uses: list[_Use]) -> _Use:
    return _Use(
        frozenset().union(*(use.every for use in uses)),
        frozenset().union(*(use.bent for use in uses)),
        frozenset().union(*(use.pairs for use in uses)),
    )


def _bent(uses: list[_Use]) -> _Use:
    made = _joined(uses)
    return _Use(made.every, made.every, frozenset())
