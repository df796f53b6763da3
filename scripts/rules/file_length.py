"""No source file is longer than 500 lines.

One concept a file. A file that grows past this holds several, and its reader has to find out which lines belong together.
Generated files are exempt.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.rules.tree import Tree, is_generated

LIMIT = 500


def violations(tree: Tree) -> Iterator[str]:
    """Files over the limit."""
    for path in tree.files("*.py", "*.ts", "*.svelte", "*.css"):
        lines = tree.text(path).count("\n")
        if lines > LIMIT and not is_generated(path):
            yield f"{path} has {lines} lines (limit {LIMIT}): split it by concept"
