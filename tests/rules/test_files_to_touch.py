"""What it takes to add an action or an export: so many files, and the program has it at every door.

The program is copied, the new thing written into the copy, and the tests that go over every action and every export run there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("kan_core", "server", "tests/contract", "tests/server", "frontend/src")
LEFT_OUT = shutil.ignore_patterns("static", "__pycache__", "generated.ts", "node_modules")

Changes = Mapping[str, Sequence[tuple[str, str]]]
"""Of each file: what stands there, and what takes its place; an empty text is a new file."""

ACTION: Changes = {
    "server/contract/actions.py": [
        (
            "Action = Annotated[\n    Initialise",
            '''class KeepAsItIs(ActionBase):
    """Make a revision that is the same."""

    kind: Literal["keep_as_it_is"] = "keep_as_it_is"

    def label(self) -> str:
        return "keep it"


Action = Annotated[
    KeepAsItIs
    | Initialise''',
        )
    ],
    "server/contract/examples.py": [
        (
            "ACTION_EXAMPLES: tuple[Action, ...] = (\n",
            "from server.contract.actions import KeepAsItIs\n\nACTION_EXAMPLES: tuple[Action, ...] = (\n    KeepAsItIs(),\n",
        )
    ],
    "server/work/handlers/keep_as_it_is.py": [
        (
            "",
            '''"""The same again."""

from __future__ import annotations

from server.contract.actions import KeepAsItIs
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.result import Result, TableData
from server.work.situation import situation_of


def keep_as_it_is(_action: KeepAsItIs, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """Nothing changes."""
    return finish(situation_of(parent, table), "Kept.")
''',
        )
    ],
    "frontend/src/actions/keep_as_it_is.ts": [
        (
            "",
            """import type { UserAction } from './user_action'

export const keepAsItIs: UserAction = {
  id: 'keep_as_it_is',
  title: 'Keep it as it is',
  group: 'Network',
  keys: [],
  enabled: () => true,
  run: ({ client }) => client.act({ kind: 'keep_as_it_is' }),
}
""",
        )
    ],
    "frontend/src/actions/registry.ts": [
        (
            "import { setBaseIdentity,",
            "import { keepAsItIs } from './keep_as_it_is'\nimport { setBaseIdentity,",
        ),
        (
            "\n  setBaseNone,\n",
            "\n  setBaseNone,\n  keepAsItIs,\n",
        ),
    ],
}
EXPORT: Changes = {
    "kan_core/export/plain_text.py": [
        (
            "",
            '''"""The formula as a line of text."""


def plain_text(_network, formula, _inputs, _targets, _units):
    return "\\n".join(formula.sympy_text)
''',
        )
    ],
    "server/contract/exports.py": [
        (
            'ExportFormat = Literal["latex",',
            'ExportFormat = Literal["plain", "latex",',
        ),
        (
            '        "latex": Export((',
            '        "plain": Export(("plain_text", "plain_text"), "formula", "txt", "text/plain"),\n        "latex": Export((',
        ),
    ],
    "frontend/src/actions/exports.ts": [
        (
            "const ROWS: Record<ExportFormat, Row> = {\n",
            (
                "const ROWS: Record<ExportFormat, Row> = {\n"
                "  plain: { name: 'text', file: 'the formula as text', saved: 'text', ending: '.txt' },\n"
            ),
        )
    ],
}
PERFORMED = """
import numpy as np

from server.contract.actions import Initialise, KeepAsItIs
from server.engine.effort import Size, lane_of, limit_of


def test_it_is_performed_in_a_moment(bench):
    table = bench.table(np.random.default_rng(0).uniform(-1, 1, (60, 2)), 1)
    made = bench.do(Initialise(shape=[1, 1]), table)
    same = bench.do(KeepAsItIs(), table, made)
    assert (same.network, same.message) == (made.network, "Kept.")
    assert lane_of(KeepAsItIs(), Size()) == "short"
    assert limit_of(KeepAsItIs()) is not None
"""
EVERY_ACTION = ("tests/contract/test_messages.py", "tests/server/test_complete.py", "tests/server/work/test_performed.py")
EVERY_EXPORT = ("tests/server/work/queries/test_export.py::test_an_export_agrees_with_the_network",)


def changed(folder: Path, changes: Changes) -> None:
    """A copy of the program with these changes."""
    for part in COPIED:
        shutil.copytree(ROOT / part, folder / part, ignore=LEFT_OUT)
    for path in [*ROOT.glob("tests/*.py"), ROOT / "pyproject.toml"]:
        shutil.copy(path, folder / path.relative_to(ROOT))
    for name, pairs in changes.items():
        for old, new in pairs:
            write(folder / name, old, new)


def write(path: Path, old: str, new: str) -> None:
    """Put the new text in the place of the old one."""
    assert path.exists() == bool(old), path
    text = path.read_text(encoding="utf-8") if old else ""
    assert not old or text.count(old) == 1, path
    path.write_text(text.replace(old, new) if old else new, encoding="utf-8")


def run_there(folder: Path, *command: str) -> str:
    """What a Python command prints in the copy."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def with_action(tmp_path: Path) -> Path:
    """A program with an action more."""
    changed(tmp_path, ACTION)
    (tmp_path / "tests/server/work/test_performed.py").write_text(PERFORMED, encoding="utf-8")
    return tmp_path


@pytest.fixture
def with_export(tmp_path: Path) -> Path:
    """A program with an export more."""
    changed(tmp_path, EXPORT)
    return tmp_path


def test_an_action_more_takes_six_files_at_most(with_action: Path) -> None:
    assert len(ACTION) <= 6
    assert '"keep_as_it_is"' in run_there(with_action, "-m", "server.contract.openapi")
    assert "passed" in run_there(with_action, "-m", "pytest", "-q", "-p", "no:cacheprovider", *EVERY_ACTION)


def test_an_export_more_takes_three_files_at_most(with_export: Path) -> None:
    assert len(EXPORT) <= 3
    assert '"plain"' in run_there(with_export, "-m", "server.contract.openapi")
    assert "passed" in run_there(with_export, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "plain", *EVERY_EXPORT)
