"""Run every house rule and print what breaks it: `python -m scripts.house_rules [NAME …]`, by default all.

A rule is a module of `scripts/rules` with the reason in its docstring and a function `violations(tree)` that yields
one sentence per place. Called by `make check` and pre-commit.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

from scripts import rules
from scripts.rules.tree import Tree

ROOT = Path(__file__).resolve().parent.parent


def rule_names() -> list[str]:
    """The modules of `scripts/rules` that are rules."""
    return sorted(module.name for module in pkgutil.iter_modules(rules.__path__) if module.name != "tree")


def check(name: str, tree: Tree) -> list[str]:
    """What breaks one rule."""
    return list(importlib.import_module(f"scripts.rules.{name}").violations(tree))


def main() -> int:
    """Exit code 1 when any rule is broken."""
    tree = Tree(ROOT)
    found = {name: check(name, tree) for name in sys.argv[1:] or rule_names()}
    for name, lines in found.items():
        print(f"{name}: {'kept' if not lines else f'broken in {len(lines)} places'}")
        print("".join(f"  {line}\n" for line in lines), end="")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
