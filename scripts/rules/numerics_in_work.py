"""`server/work` carries arrays between tables, `kan_core` and messages; what computes with them stands in `kan_core`.

There it has a public name, a docstring with formula and units, and tests without a server, and notebooks have it too. Making,
joining and casting arrays and asking where they are finite is carrying. Files that still compute stand below with the reason; one
that does no more is a violation until its line is gone, so the list only becomes shorter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from scripts.rules.tree import Tree

LIBRARIES = frozenset({"np", "numpy", "torch", "scipy"})
CARRYING = frozenset(
    {"asarray", "array", "tensor", "as_tensor", "from_numpy", "column_stack", "concatenate", "stack", "cat", "where", "isfinite"}
    | {"zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "arange", "nonzero", "flatnonzero", "nan_to_num"}
    | {"Generator", "dtype", "broadcast_to", "errstate", "set_num_threads", "device", "is_available"}
)
COMPUTING: Mapping[str, str] = {
    "server/work/classes.py": "targets of classes become columns",
    "server/work/drafting.py": "which rows are drawn of very many",
    "server/work/queries/model_draft.py": "errors from variances",
    "server/work/views/curves_frame.py": "the edge that is looked at, among all",
    "server/work/views/draft_view.py": "the even axis of a plot, and errors from variances",
    "server/work/views/law_edges.py": "how much an edge moves",
}


def violations(tree: Tree) -> Iterator[str]:
    """Calls of NumPy and torch that compute."""
    for path in tree.files("server/work/*.py"):
        calls = [node for node in ast.walk(ast.parse(tree.text(path))) if isinstance(node, ast.Call)]
        computing = [call for call in calls if _library(call.func) and ast.unparse(call.func).split(".")[-1] not in CARRYING]
        if path.as_posix() in COMPUTING and not computing:
            yield f"{path}: computes no more; take its line out of numerics_in_work.py"
        elif path.as_posix() not in COMPUTING:
            yield from (f"{path}:{call.lineno}: {ast.unparse(call.func)} computes: a function of kan_core" for call in computing)


def _library(function: ast.expr) -> bool:
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in LIBRARIES
