"""What a row of the table of functions says.

Values, slopes and curvatures are written once for NumPy and torch: the namespace that knows the arrays comes as the first
argument. All else that anything in the program must know about a function stands in its row too, so nothing branches on names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, Literal, cast

import sympy

from kan_core.expression.domain import REAL_LINE, Domain
from kan_core.expression.tree import MINUS_ONE, Apply, Expression, Power

Namespace = Any
"""numpy, or torch: whatever knows the functions of the arrays that it is given."""
Value = Callable[..., Any]
Slopes = Callable[..., tuple[Any, ...]]
Parity = Literal["even", "odd"]
Picked = tuple[sympy.Basic, ...] | None


def arguments_of(expression: sympy.Basic) -> Picked:
    """What most sympy functions are applied to."""
    return expression.args


@dataclass(frozen=True)
class Edge:
    """A function that is offered for an edge, as c·f(a·x + b) + d.

    Attributes:
        low, high: sensible range of |a| where x lies in [-1, 1], used as the search range: below it the function cannot be told
            from its Taylor polynomial, above it from noise.
        name: as it stands in files and on the wire, where that is not the row's name.
        others: further names that are understood there.
    """

    low: float
    high: float
    name: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relative:
    """f(u) = p·g(s·u + m) + q for some p and q: what is found for g serves f as well.

    Attributes:
        name: of g's row.
        scale: s.
        shift: m.
    """

    name: str
    scale: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Function:
    """One row.

    Attributes:
        name: in formulas; a word.
        value: (namespace, *arguments) → f; NaN outside the domain.
        slopes: (namespace, f, *arguments) → ∂f/∂argument of each. A parameter for f that is called `_` or `__` is not looked at,
            so f need not be computed for it.
        curvatures: (namespace, f, *arguments) → second derivatives, the upper triangle row by row: uu, uv, …, vv, …
        symbol: sympy arguments → sympy expression.
        head: sympy's class for it, by which it is recognised when an expression is read back; None where there is none.
        picks: what an expression of that class is applied to, for this row; None when it is another function (J0 and J1 are one
            class).
        arguments: how many it takes.
        others: further names that are understood.
        ambiguous: whether papers use the name for quantities too, so that it is one where no parenthesis follows.
        smooth: whether slopes tell all that a fit must know; steps are not.
        selects: whether arguments that do not decide the value need not be defined (the branch that is not taken).
        domain: where it is defined, of one argument.
        complexity: what the form costs on an edge; pykan's values for pykan's functions.
        parity: f(-u) = ±f(u), None when neither.
        period: smallest p > 0 with f(u + p) = f(u), None when there is none.
        homogeneity: p with f(s·u) = s^p·f(u) for all s > 0, of all arguments together, None when there is none.
        exponent: p where f(u) = u^p, None where it is no power.
        mirror: m with f(-u) = m - f(u), None when there is none.
        shift_is_factor: whether f(u + s) = f(s)·f(u).
        factor_is_shift: whether f(s·u) = f(s) + f(u).
        quarter: what f(u + π/2) is: a row's name and the sign in front of it.
        relative: the function that it is in disguise.
        inverse: the function that undoes it, at least on a branch; None when no row does.
        undone: what undoes it everywhere it is defined, as a formula of its value; None where a branch must be chosen.
        rank: its place among the functions of a written sum or product; those without one come first, by name.
        edge: how it is offered for edges; None when it is only used where a person writes it.
        copies: how often the argument stands in the sympy form.
        infix: the sign between two arguments, where it is written so.
        reads: how it reads in plain text, over {0}, where that is not the name with the argument in parentheses.
        latex: command in front of the arguments; an upright name when empty.
        typeset: LaTeX of the arguments → LaTeX, where that is no command in front of them.
        numpy: Python text over {0}, {1}, …
        helper: lines of Python that define what this text needs beyond numpy.
        spelled: the same in more familiar functions, as formulas of networks write it; None where it is familiar itself.
        plain: the same in functions of one argument, which are all that edges can be; also another row with a factor.
    """

    name: str
    value: Value
    slopes: Slopes
    curvatures: Slopes
    symbol: Callable[..., Any]
    numpy: str
    complexity: int
    head: type[sympy.Basic] | None = None
    picks: Callable[[sympy.Basic], Picked] = arguments_of
    arguments: int = 1
    others: tuple[str, ...] = ()
    ambiguous: bool = False
    smooth: bool = True
    selects: bool = False
    domain: Domain = REAL_LINE
    parity: Parity | None = None
    period: float | None = None
    homogeneity: float | None = None
    exponent: float | None = None
    mirror: float | None = None
    shift_is_factor: bool = False
    factor_is_shift: bool = False
    quarter: tuple[str, float] | None = None
    relative: Relative | None = None
    inverse: str | None = None
    undone: Callable[[Expression], Expression] | None = None
    rank: int | None = None
    edge: Edge | None = None
    copies: int = 1
    infix: str = ""
    reads: str = ""
    latex: str = ""
    typeset: Callable[..., str] | None = None
    helper: tuple[str, ...] = ()
    spelled: Callable[[Expression], Expression] | None = None
    plain: Callable[..., Expression] | None = None

    @property
    def edge_name(self) -> str:
        """As it stands on edges, in files and on the wire."""
        return self.edge.name if self.edge is not None and self.edge.name else self.name

    @cached_property
    def slopes_need_value(self) -> bool:
        """Whether `slopes` looks at f."""
        return _looks_at_value(self.slopes)

    @cached_property
    def curvatures_need_value(self) -> bool:
        """Whether `curvatures` looks at f."""
        return _looks_at_value(self.curvatures)

    def latex_of(self, *arguments: str) -> str:
        """LaTeX of the function applied to arguments in LaTeX."""
        if self.typeset is not None:
            return self.typeset(*arguments)
        command = self.latex or f"\\operatorname{{{self.name}}}"
        return f"{command}\\left({', '.join(arguments)}\\right)"


def _looks_at_value(derivatives: Slopes) -> bool:
    return not list(signature(derivatives).parameters)[1].startswith("_")


def unevaluated(function: Any) -> Callable[..., sympy.Expr]:
    """A builder that leaves the arguments alone.

    sympy's own constructors look for signs and complex conjugates inside the argument, which takes long on deep formulas and
    may exceed the recursion limit.
    """

    def build(*arguments: sympy.Basic) -> sympy.Expr:
        return cast("sympy.Expr", function(*arguments, evaluate=False))

    return build


def undone_by(name: str) -> Callable[[Expression], Expression]:
    """Another function undoes it."""
    return lambda value: Apply(name, (value,))


def one_over(name: str) -> Callable[[Expression], Expression]:
    """The reciprocal of another function."""
    return lambda u: Power(Apply(name, (u,)), MINUS_ONE)


def flat(xp: Namespace, _: Any, *arguments: Any) -> tuple[Any, ...]:
    """Slopes of what is constant between its jumps."""
    return tuple(xp.zeros_like(argument) for argument in arguments)


def straight(xp: Namespace, _: Any, *arguments: Any) -> tuple[Any, ...]:
    """Curvatures of what has none between its kinks."""
    count = len(arguments)
    zero = xp.zeros_like(arguments[0] if count == 1 else sum(arguments))
    return (zero,) * (count * (count + 1) // 2)


def inverse_root(xp: Namespace, u: Any) -> Any:
    """1/√u, in one go where there is one."""
    native = getattr(xp, "rsqrt", None)
    return 1 / xp.sqrt(u) if native is None else native(u)
