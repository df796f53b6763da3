"""What is committed is finished: no notes to oneself, no stubs, no tests that are off or wait on a clock.

A skipped test is a rule nobody keeps; a test that sleeps or measures time fails on a busy machine and teaches people to
ignore failures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.rules.tree import Tree, is_generated

NOTES = ("todo", "fixme", "xxx", "hack")
NOTE = re.compile(rf"\b({'|'.join(NOTES).upper()})\b")
STUB = re.compile(r"^\s*(pass|\.\.\.)\s*(#.*)?$|raise NotImplemented" r"Error")
OFF = re.compile(r"pytest\.mark\.(skip|xfail)|pytest\.skip\(|assert True\b|\b(it|test|describe)\.(skip|only|todo)\b")
SLEEP = re.compile(r"\btime\.sleep\(|wait_for_timeout\(|asyncio\.sleep\((?!0\))")


def violations(tree: Tree) -> Iterator[str]:
    """Lines that say that something is not finished."""
    for path in tree.files("*.py", "*.ts", "*.svelte", ":!scripts/rules"):
        patterns = [NOTE]
        if path.parts[0] in {"kan_core", "server"} and path.suffix == ".py":
            patterns.append(STUB)
        if path.parts[0] in {"tests", "frontend"}:
            patterns += [OFF, SLEEP]
        if not is_generated(path):
            yield from _lines(path, tree.text(path), patterns)


def _lines(path: object, text: str, patterns: list[re.Pattern[str]]) -> Iterator[str]:
    protocol = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"class ", line):
            protocol = "Protocol" in line
        for pattern in patterns:
            if pattern.search(line) and not (protocol and pattern is STUB):
                yield f"{path}:{number}: {line.strip()[:100]}"
