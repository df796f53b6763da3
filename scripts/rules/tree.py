"""The files of the repository as the rules see them. Not a rule."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tree:
    """A folder under version control."""

    root: Path

    def files(self, *patterns: str) -> Iterator[Path]:
        """Tracked and new files that match a git pathspec, relative to the root; ignored and deleted ones are left out."""
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
        listing = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True).stdout
        yield from (Path(name) for name in sorted(set(listing.split("\0"))) if name and (self.root / name).is_file())

    def text(self, path: Path) -> str:
        """What a file holds; tables in other encodings are files of the tests too."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")


def is_generated(path: Path) -> bool:
    """Files that a program writes."""
    return "generated" in path.stem or path.name in {"openapi.json", "package-lock.json"}
