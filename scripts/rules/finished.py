"""What is committed is finished: no notes to oneself, no stubs, no tests that are off or wait on a clock.

A skipped test is a rule nobody keeps; a test that sleeps or measures time fails on a busy machine and teaches people to
ignore failures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.rules.tree import Tree, is_generated

NOTE = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
STUB = re.compile(r"^\s*(pass|\.\.\.)\s*(#.*)?$|NotImplemented" r"Error")
OFF = re.compile(r"pytest\.mark\.(skip|xfail)|pytest\.skip\(|assert True\b|\b(it|test|describe)\.(skip|only|todo)\b")
SLEEP = re.compile(r"\btime\.sleep\(|wait_for_timeout\(|asyncio\.sleep\((?!0\))")
# A server that an outside process starts can only be asked again and again; the one place that waits between two questions.
POLLS = {"tests/polling.py"}


def violations(tree: Tree) -> Iterator[str]:
    """Lines that say that something is not finished."""
    for path in tree.files("*.py", "*.ts", "*.svelte", ":!scripts/rules"):
        patterns = [NOTE]
        if path.parts[0] in {"kan_core", "server"} and path.suffix == ".py":
            patterns.append(STUB)
        if path.parts[0] in {"tests", "frontend"}:
            patterns += [OFF] if str(path) in POLLS else [OFF, SLEEP]
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
