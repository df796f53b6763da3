"""There is one of each: tree of formulas, evaluator, table of functions, least-squares core, policy, parser, and so on.

A second one begins small, beside the first, and from then on every change has to be made twice; a function that was added to
one table is missing in another. `scripts/second_ones.py` finds them by their shape. Something that only looks like a second one
stands below with the reason; when it no longer looks like one, its line here is a violation too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts import second_ones
from scripts.rules.tree import Tree


@dataclass(frozen=True)
class One:
    """Something there is one of.

    Attributes:
        name: what.
        homes: where it is; a folder ends with a slash.
        found: what looks like it.
        others: files with something that only looks like it, and why it is something else.
    """

    name: str
    homes: tuple[str, ...]
    found: Callable[[ast.Module], Iterator[tuple[int, str]]]
    others: Mapping[str, str] = field(default_factory=dict[str, str])

    def is_home(self, path: Path) -> bool:
        """Whether the file belongs to the one."""
        return any(path.as_posix().startswith(home) if home.endswith("/") else path.as_posix() == home for home in self.homes)


ONES = (
    One(
        "tree of formulas",
        ("kan_core/expression/tree.py",),
        second_ones.trees,
        {
            "kan_core/network/tree.py": "the shape of a network with splines on its edges, not a formula",
            "kan_core/splines/grid.py": "finer grids stand beside the grid that they refine",
        },
    ),
    One(
        "evaluator of formulas",
        ("kan_core/expression/operations.py", "kan_core/expression/values.py", "kan_core/expression/derivatives.py"),
        second_ones.evaluators,
        {
            "kan_core/expression/exact.py": "the value of a number as it is read, which has no columns",
            "kan_core/primitives/primitive.py": "the view of a row that networks compute their edges with",
            "kan_core/symbolic/fulfilment.py": "sizes of what should cancel, not values; those come from the evaluator",
            "kan_core/symbolic/gauge.py": "one number, the factor between two logarithms",
        },
    ),
    One(
        "table of functions",
        ("kan_core/expression/functions/",),
        second_ones.tables,
        {"kan_core/search/laws/responses.py": "which functions of the target can be undone on its range; what the search tries"},
    ),
    One(
        "least-squares core",
        ("kan_core/fitting/descent.py",),
        second_ones.descents,
        {
            "kan_core/law/directions.py": "constants are held one after the other; none is fitted",
            "kan_core/law/prices.py": "offsets leave a set one after the other; none is fitted",
            "kan_core/search/laws/grouped.py": "columns are put together one pair after the other, each by its own regression",
            "kan_core/search/laws/groups.py": "the columns of a smooth surface are turned; there is no formula yet",
            "kan_core/search/laws/polynomial.py": "terms of a regression leave one after the other",
            "kan_core/search/laws/waves.py": "waves join one after the other; their constants are fitted by the core",
            "kan_core/symbolic/variable_projection.py": "edges of networks, all functions and starts in one batch",
            "kan_core/training/matrix_free.py": "the networks' own trainer: conjugate gradients",
            "kan_core/training/trust.py": "the networks' own trainer: its damped step",
        },
    ),
    One(
        "finder of exact numbers",
        ("kan_core/evidence/exact_numbers.py",),
        second_ones.finders,
        {
            "kan_core/expression/functions/trigonometric.py": "the parts of a formula in which π stands",
            "kan_core/expression/normal.py": "exponents that are fractions already are written as such",
        },
    ),
    One(
        "policy for what an edge could be",
        ("kan_core/suggestions/",),
        second_ones.policies,
        {},
    ),
    One(
        "parser",
        ("kan_core/expression/tokens.py", "kan_core/expression/grammar.py"),
        second_ones.parsers,
        {"kan_core/expression/names.py": "the letter and the index of a column's name"},
    ),
    One(
        "typesetter",
        ("kan_core/expression/typeset.py", "kan_core/expression/names.py", "kan_core/expression/functions/"),
        second_ones.typesetters,
        {"server/report/mathml.py": "reports are read without scripts, so their formulas are MathML, which sympy writes"},
    ),
    One(
        "bridge to sympy",
        ("kan_core/expression/bridge.py", "kan_core/expression/functions/"),
        second_ones.bridges,
        {
            "kan_core/expression/writing.py": "how sympy spells a row's form, asked for when it is written",
            "kan_core/primitives/powers.py": "the powers on edges, which are no rows of the table",
            "kan_core/primitives/primitive.py": "the symbol of a function of a person's own",
            "kan_core/search/laws/write.py": "rewritings of what the bridge gives, on their way back through it",
            "kan_core/symbolic/simplify_process.py": "simplification in a process of its own, with the bridge on both sides",
            "server/report/mathml.py": "the printer of MathML",
        },
    ),
)


def violations(tree: Tree) -> Iterator[str]:
    """What looks like a second one, and exceptions that are none any more."""
    for path in tree.files("kan_core/*.py", "server/*.py"):
        module = ast.parse(tree.text(path))
        for one in ONES:
            found = [] if one.is_home(path) else list(one.found(module))
            excused = path.as_posix() in one.others
            if excused and not found:
                yield f"{path}: needs no exception from one {one.name} any more; take its line out of {Path(__file__).name}"
            elif not excused:
                yield from (
                    f"{path}:{line}: a second {one.name}? {what}; the one is in {' and '.join(one.homes)}" for line, what in found
                )
