"""docs/functions.md from the table of functions: `python -m scripts.functions_table > docs/functions.md`."""

from __future__ import annotations

from kan_core.expression.functions import FUNCTIONS, Function
from kan_core.primitives.library import PRIMITIVES

_HEAD = """# Functions

All functions that a formula may contain, in every place where one is written or read: formulas, own models, own functions,
equations, the edges of a network, the search, exports. Arguments stand in parentheses with commas between them; a comparison may
be written with its sign, `where(x < 2, a, b)`. This page is made from the program's own table
(`python -m scripts.functions_table`), and a test compares them.

- **Outside its domain** a function has no value (NaN), and neither has what is made of it. Of `where` only the branch that is
  taken need be defined. In a network both must be, since edges compute both; a formula for which that makes a difference is
  refused.
- **At a kink** (`abs`, `max`, `min`) the slope is the mean of the slopes on both sides: 0 for |u| at 0, one half for each
  argument of `max` and `min` where they are equal. Curvatures are 0 there.
- **Steps** (`sign`, `step`, `positive`, `floor`, `ceil`, `round`, comparisons) have slope 0 everywhere, also at the jump, where
  `sign(0)` is 0, `step(0)` one half, `positive(0)` 0 and `round(0.5)` 1. So a fit sees what a step leads to, never the step
  itself: constants inside a step stay where the start, or the search for starts, puts them.
- **`mod(u, v)`** has the sign of v and the slopes 1 and -floor(u/v).

| function | other names | defined for | complexity | offered on edges | in Python |
|---|---|---|---|---|---|
"""
_ARGUMENTS = {1: "u", 2: "u, v", 3: "c, u, v"}


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_line(row) for row in FUNCTIONS.values())


def _line(row: Function) -> str:
    arguments = _ARGUMENTS[row.arguments].split(", ")
    called = f"{row.name}({', '.join(arguments)})" + (f", u {row.infix} v" if row.infix else "")
    domain = row.domain.describe() if row.arguments == 1 else "its arguments are"
    edge = "" if row.arguments > 1 or row.edge is None else f"`{PRIMITIVES[row.edge_name].name}`"
    cells = (f"`{called}`", ", ".join(f"`{other}`" for other in row.others), domain, str(row.complexity), edge)
    return f"| {' | '.join(cells)} | `{row.numpy.format(*arguments)}` |\n"


if __name__ == "__main__":
    print(page(), end="")
