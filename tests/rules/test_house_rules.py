"""Each house rule finds what it forbids and lets the rest pass."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.house_rules import check, rule_names
from scripts.rules.tree import Tree

BROKEN = [
    ("file_length", "server/long.py", "x = 1\n" * 501),
    ("finished", "server/later.py", "# todo: everything\n".upper()),
    ("finished", "kan_core/stub.py", "def f():\n    pass\n"),
    ("finished", "tests/test_off.py", "@PYTEST.MARK.SKIP\n".lower()),
    ("finished", "tests/test_clock.py", "TIME.SLEEP(1)\n".lower()),
    ("forbidden_calls", "server/runs.py", "eval('1')\n"),
    ("forbidden_calls", "kan_core/speaks.py", "print('hello')\n"),
    ("forbidden_calls", "kan_core/late.py", "import time\n"),
    ("forbidden_calls", "server/loads.py", "from pickle import loads\n"),
    ("glued_words", "frontend/src/Row.svelte", "<b>{label}{#if note}<span> {note}</span>{/if}</b>\n"),
    ("glued_words", "frontend/src/Card.svelte", '<p><span class="kind">Sample </span>{title}</p>\n'),
    ("numerics_in_work", "server/work/handlers/fits.py", "c = np.linalg.lstsq(a, b)[0]\n"),
    ("numerics_in_work", "server/work/handlers/reduces.py", "s = x.square()\n"),
    ("numerics_in_work", "server/work/views/multiplies.py", "c = a @ b\n"),
    ("numerics_in_work", "server/work/choosing.py", "x = torch.stack(rows)\n"),
    ("portable", "server/mine.py", "folder = '/HOME/me/data'\n".lower()),
]
KEPT = [
    ("file_length", "frontend/src/contract/generated.ts", "x\n" * 900),
    ("finished", "server/protocol.py", "class Engine(Protocol):\n    def run(self) -> None:\n        ...\n"),
    ("forbidden_calls", "server/says.py", "import time\nprint('hello')\n"),
    ("glued_words", "frontend/src/Row.svelte", "<b>{label} <span>{note}</span>, {count}<i>{` ${unit}`}</i></b>\n"),
    ("numerics_in_work", "server/work/handlers/carries.py", "x = torch.stack(rows)\ny = np.isfinite(x)\n"),
    ("portable", "server/theirs.py", "address = 'http://127.0.0.1/home'\n"),
]


def make_tree(folder: Path, path: str, text: str) -> Tree:
    """A repository with one file."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text(text, encoding="utf-8")
    return Tree(folder)


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_rule_names_the_file_that_breaks_it(tmp_path: Path, rule: str, path: str, text: str) -> None:
    found = check(rule, make_tree(tmp_path, path, text))
    assert len(found) == 1
    assert path in found[0]


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_a_rule_lets_pass_what_it_allows(tmp_path: Path, rule: str, path: str, text: str) -> None:
    assert check(rule, make_tree(tmp_path, path, text)) == []


def test_every_rule_gives_its_reason() -> None:
    for name in rule_names():
        module = __import__(f"scripts.rules.{name}", fromlist=["violations"])
        assert len((module.__doc__ or "").strip().splitlines()) >= 3, name
