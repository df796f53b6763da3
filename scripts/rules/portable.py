"""Nothing committed depends on one person's machine: no absolute paths, no registry hosts, no huge files.

A lock file with download addresses works only where those hosts answer; a path into a home folder works for one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.rules.tree import Tree

PATHS = re.compile(r"(?<![\w.])/(home|root|Users|work)/[\w.-]+")
HOSTS = re.compile(r"\"resolved\":|registry\.(npmjs|yarnpkg)|files\.python" r"hosted|download\.py" r"torch\.org")
LARGEST = 1_500_000
SOURCES = ("*.py", "*.ts", "*.svelte", "*.css", "Makefile", "Dockerfile", ".ci/run")
DOCUMENTS = ("*.json", "*.toml", "*.yml", "*.yaml", "*.md", "*.txt", "*.cfg")


def violations(tree: Tree) -> Iterator[str]:
    """Lines with machine paths or hosts, and large files."""
    for path in tree.files(*SOURCES, *DOCUMENTS, ":!scripts/rules", ":!benchmarks/results"):
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            if PATHS.search(line) or HOSTS.search(line):
                yield f"{path}:{number}: {line.strip()[:100]}"
    for path in tree.files():
        size = (tree.root / path).stat().st_size
        if size > LARGEST:
            yield f"{path} has {size:,} bytes (limit {LARGEST:,})"
