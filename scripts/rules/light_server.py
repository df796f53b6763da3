"""The server process never imports torch.

Torch takes seconds and hundreds of megabytes to import. Only workers need it; without it the server answers in well
under a second.
import-linter sees imports that are written down; this rule starts the server's modules and looks at what was really loaded.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from scripts.rules.tree import Tree

HEAVY = ("torch", "sympy", "scipy", "plotly", "kan_core")
PROGRAM = "import sys, server.app, server.__main__; print(' '.join(name for name in sys.argv[1:] if name in sys.modules))"


def violations(tree: Tree) -> Iterator[str]:
    """Heavy modules that are loaded once the server's are."""
    command = [sys.executable, "-c", PROGRAM, *HEAVY]
    loaded = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=True).stdout.split()
    yield from (f"importing server.app loads {name}: look at python -X importtime -c 'import server.app'" for name in loaded)
