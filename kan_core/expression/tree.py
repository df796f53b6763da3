"""The tree of a formula. Everything that reads, fits, evaluates or writes a formula works on these nine kinds of node.

A quotient is a product with a power of -1, a difference a sum with a product by -1, so there is one way to write each.
Nodes are values: equal ones are interchangeable, and a part that occurs twice is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kan_core.ids import EdgeId, NodeId


class _Branch:
    """A node with parts. Its hash is worked out once: dictionaries of parts are everywhere, and a hash walks the whole tree."""

    __slots__ = ("_hash",)
    _hash: int

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            made = hash((type(self), *(getattr(self, name) for name in type(self).__slots__)))
            object.__setattr__(self, "_hash", made)
            return made


@dataclass(frozen=True, slots=True)
class Exact:
    """A number. `symbol` says in the grammar of formulas how an exact one is written: pi, 1/3, sqrt(2)*pi.

    Whole numbers, and numbers with a symbol, belong to the form; other decimals were fitted or typed and may be moved.
    """

    value: float
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A named number whose value the rows, or a person, decide."""

    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """An input by its place in the table."""

    index: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """The value of a node inside a network, where a formula would be too long with it written out."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class Sum(_Branch):
    """The sum of its parts."""

    parts: tuple[Expression, ...]
    __hash__ = _Branch.__hash__


@dataclass(frozen=True, slots=True)
class Product(_Branch):
    """The product of its parts."""

    parts: tuple[Expression, ...]
    __hash__ = _Branch.__hash__


@dataclass(frozen=True, slots=True)
class Power(_Branch):
    """base^exponent."""

    base: Expression
    exponent: Expression
    __hash__ = _Branch.__hash__


@dataclass(frozen=True, slots=True)
class Apply(_Branch):
    """A function of `functions.FUNCTIONS`, by its name, of one or more arguments."""

    function: str
    arguments: tuple[Expression, ...]
    __hash__ = _Branch.__hash__


@dataclass(frozen=True, slots=True)
class Spline(_Branch):
    """φ of an edge: of the raw column in the first layer, of the node's value in the network's units elsewhere."""

    edge: EdgeId
    argument: Expression
    __hash__ = _Branch.__hash__


Expression = Exact | Constant | Column | Hidden | Sum | Product | Power | Apply | Spline

ZERO, ONE, MINUS_ONE = Exact(0.0), Exact(1.0), Exact(-1.0)


def children(node: Expression) -> tuple[Expression, ...]:
    """The parts of a node in the order in which they are written."""
    match node:
        case Sum(parts) | Product(parts):
            return parts
        case Power(base, exponent):
            return base, exponent
        case Apply(_, arguments):
            return arguments
        case Spline(_, argument):
            return (argument,)
        case _:
            return ()


def with_children(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """The same kind of node with other parts."""
    match node:
        case Sum():
            return Sum(parts)
        case Product():
            return Product(parts)
        case Power():
            return Power(parts[0], parts[1])
        case Apply(function):
            return Apply(function, parts)
        case Spline(edge):
            return Spline(edge, parts[0])
        case _:
            return node


def walk(node: Expression) -> Iterator[Expression]:
    """Every node, parents before their parts, from left to right."""
    yield node
    for part in children(node):
        yield from walk(part)


def rebuilt(node: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """The tree with each node replaced by what `change` says; where that is None its parts are looked at."""
    changed = change(node)
    if changed is not None:
        return changed
    parts = children(node)
    return with_children(node, tuple(rebuilt(part, change) for part in parts)) if parts else node


def constants_of(node: Expression) -> tuple[str, ...]:
    """Names of the constants in order of appearance, each once."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Constant)))


def columns_of(node: Expression) -> frozenset[int]:
    """Places of the inputs that occur."""
    return frozenset(part.index for part in walk(node) if isinstance(part, Column))


def with_constants(node: Expression, values: Mapping[str, Expression]) -> Expression:
    """The formula with constants replaced by what they stand for."""
    return rebuilt(node, lambda part: values.get(part.name) if isinstance(part, Constant) else None)


def total(*parts: Expression) -> Expression:
    """The sum of its parts, sums among them merged and zeros left out."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Sum) else (part,)) if inner != ZERO]
    return Sum(tuple(flat)) if len(flat) > 1 else flat[0] if flat else ZERO


def product(*parts: Expression) -> Expression:
    """The product of its parts, products among them merged and ones left out."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Product) else (part,)) if inner != ONE]
    return Product(tuple(flat)) if len(flat) > 1 else flat[0] if flat else ONE


def negative(node: Expression) -> Expression:
    """-node."""
    return Exact(-node.value) if isinstance(node, Exact) and not node.symbol else product(MINUS_ONE, node)


def quotient(above: Expression, below: Expression) -> Expression:
    """above/below."""
    return product(above, Power(below, MINUS_ONE))
