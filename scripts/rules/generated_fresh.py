"""Generated files are what their generator writes today.

The page's types come from the server's messages through OpenAPI. When they are stale the compiler checks yesterday's wire.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.rules.tree import Tree

OPENAPI = Path("frontend/src/contract/openapi.json")
TYPES = Path("frontend/src/contract/generated.ts")


def violations(tree: Tree) -> Iterator[str]:
    """Files that differ from what would be written now."""
    command = [sys.executable, "-m", "server.contract.openapi"]
    document = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=True).stdout
    if document != tree.text(OPENAPI):
        yield f"{OPENAPI} is stale: python -m server.contract.openapi > {OPENAPI}"
    if tree.text(TYPES) != _types(tree.root):
        yield f"{TYPES} is stale: npm --prefix frontend run generate"


def _types(root: Path) -> str:
    """What the generator makes of the committed OpenAPI document, formatted as the committed file is."""
    tools = root / "frontend/node_modules/.bin"
    # Inside the frontend, so that prettier finds its settings.
    with tempfile.TemporaryDirectory(dir=root / "frontend/node_modules") as folder:
        written, nothing_ignored = Path(folder) / "generated.ts", Path(folder) / "ignore"
        nothing_ignored.touch()
        subprocess.run([tools / "openapi-typescript", root / OPENAPI, "--output", written], check=True, capture_output=True)
        settings = ["--config", root / "frontend/.prettierrc.json", "--ignore-path", nothing_ignored]
        subprocess.run(
            [tools / "prettier", *settings, "--with-node-modules", "--write", written],
            cwd=root / "frontend",
            check=True,
            capture_output=True,
        )
        return written.read_text(encoding="utf-8")
