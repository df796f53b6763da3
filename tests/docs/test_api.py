"""docs/api.md does what it says, against a real server."""

from __future__ import annotations

import doctest
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.serving import Serving
from tests.docs.blocks import DOCS, blocks
from tests.docs.programs import environment_with_programs

DOCUMENT = DOCS / "api.md"
PRINTED = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    serving = Serving(tmp_path_factory.mktemp("server"))
    serving.start()
    yield serving.address
    serving.stop()


def test_the_shell_script_finds_the_formula(address: str, tmp_path: Path) -> None:
    script = "\n".join(["set -e", *(block.text for block in blocks(DOCUMENT, "sh"))])
    environment = {**environment_with_programs(tmp_path / "programs"), "api": f"{address}/api/v1"}
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "exp(y**2 + sin(pi*x))" in done.stdout
    assert "z &= e^{y^{2} + \\sin{\\left(\\pi x" in done.stdout


def test_every_python_example_runs_and_answers_as_printed(address: str) -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    names: dict[str, object] = {}
    for block in blocks(DOCUMENT, "python"):
        test = parser.get_doctest(block.text.replace(PRINTED, address), names, DOCUMENT.name, str(DOCUMENT), block.line)
        runner.run(test, clear_globs=False)
        names = test.globs
    client = names["client"]
    client.close()  # type: ignore[attr-defined]
    assert runner.tries > 20
    assert runner.failures == 0
