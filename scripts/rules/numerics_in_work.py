"""`server/work` carries arrays between tables, `kan_core` and messages; what computes with them stands in `kan_core`.

There it has a public name, a docstring with formula and units, and tests without a server, and notebooks have it too. Making,
joining, casting and cutting arrays and asking where they are finite is carrying; reducing them (`x.square().sum()`) and `a @ b`
are not. Files that still compute stand below with the reason; one that does no more is a violation until its line is gone, so the
list only becomes shorter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from scripts.rules.tree import Tree

LIBRARIES = frozenset({"np", "numpy", "torch", "scipy"})
CARRYING = frozenset(
    {"asarray", "array", "tensor", "as_tensor", "from_numpy", "column_stack", "concatenate", "stack", "cat", "where", "isfinite"}
    | {"zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "arange", "nonzero", "flatnonzero", "nan_to_num"}
    | {"Generator", "dtype", "broadcast_to", "errstate", "set_num_threads", "device", "is_available"}
)
# What only arrays have as methods: of lists, numbers and texts these are functions, or nothing.
METHODS = frozenset(
    {"square", "sqrt", "exp", "log", "abs", "pow", "sin", "cos", "softmax", "sigmoid", "matmul", "einsum", "dot", "norm"}
    | {"sum", "prod", "mean", "nanmean", "std", "var", "median", "quantile", "cumsum", "diff", "diagonal", "unique", "one_hot"}
    | {"min", "max", "amin", "amax", "ptp", "argmin", "argmax", "argsort", "bincount"}
)
COMPUTING: Mapping[str, str] = {
    "server/work/choosing.py": "whether all weights are 0",
}


def violations(tree: Tree) -> Iterator[str]:
    """Calls of NumPy and torch, methods of arrays and products of matrices that compute."""
    for path in tree.files("server/work/*.py"):
        computing = [node for node in ast.walk(ast.parse(tree.text(path))) if _computes(node)]
        if path.as_posix() in COMPUTING and not computing:
            yield f"{path}: computes no more; take its line out of numerics_in_work.py"
        elif path.as_posix() not in COMPUTING:
            yield from (f"{path}:{node.lineno}: {_told(node)} computes: a function of kan_core" for node in computing)


def _computes(node: ast.AST) -> TypeGuard[ast.Call | ast.BinOp]:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr not in CARRYING if _library(node.func) else node.func.attr in METHODS


def _told(node: ast.Call | ast.BinOp) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def _library(function: ast.expr) -> bool:
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in LIBRARIES
