"""Nothing in the program runs text or unpickles bytes, and the numerics neither speak, nor sleep, nor touch files.

`eval`, `exec`, `pickle`, `torch.load`, `sympify`, `parse_expr` turn what a stranger uploaded into code that runs.
`kan_core` is called from workers, notebooks and tests alike: printing, files, threads, clocks and global random state
would make a call mean something else each time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.rules.tree import Tree

RUNS_TEXT = {"eval", "exec", "compile", "sympify", "parse_expr", "sympy.sympify", "sympy.parse_expr", "torch.load", "__import__"}
UNPICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
NOT_IN_NUMERICS = {
    "print",
    "open",
    "input",
    "torch.manual_seed",
    "torch.seed",
    "numpy.random.seed",
    "np.random.seed",
    "random.seed",
}
MODULES_NOT_IN_NUMERICS = {"time", "datetime", "threading", "logging", "pathlib", "os", "sys", "socket", "tempfile"}
# Simplification runs in a process of its own, so that it can be stopped when its time is over; `own_code` says how processes
# are started, and no numerics know of it.
OWN_PROCESS = {
    Path("kan_core/own_code.py"): {"os", "sys", "threading", "pathlib"},
    Path("kan_core/symbolic/simplify.py"): {"sys"},
    Path("kan_core/symbolic/simplify_process.py"): {"sys"},
}


def violations(tree: Tree) -> Iterator[str]:
    """Calls and imports that are not allowed where they stand."""
    for path in tree.files("kan_core/*.py", "server/*.py"):
        numerics = path.parts[0] == "kan_core"
        calls = RUNS_TEXT | NOT_IN_NUMERICS if numerics else RUNS_TEXT
        modules = UNPICKLES | MODULES_NOT_IN_NUMERICS - OWN_PROCESS.get(path, set()) if numerics else UNPICKLES
        for node in ast.walk(ast.parse(tree.text(path))):
            yield from (f"{path}:{line}: {word}" for line, word in _found(node, calls, modules))


def _found(node: ast.AST, calls: set[str], modules: set[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in calls:
        yield node.lineno, f"{ast.unparse(node.func)}()"
    elif isinstance(node, ast.Import):
        yield from ((node.lineno, f"import {name.name}") for name in node.names if name.name.split(".")[0] in modules)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in modules:
        yield node.lineno, f"from {node.module} import …"
