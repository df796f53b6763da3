"""docs/python.md does what it says."""

from __future__ import annotations

import doctest

import pytest
import torch

from tests.docs.blocks import DOCS, blocks

DOCUMENT = DOCS / "python.md"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_every_example_runs_and_answers_as_printed() -> None:
    torch.set_num_threads(1)
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    names: dict[str, object] = {}
    for block in blocks(DOCUMENT, "python"):
        test = parser.get_doctest(block.text, names, DOCUMENT.name, str(DOCUMENT), block.line)
        runner.run(test, clear_globs=False)
        names = test.globs
    assert runner.tries > 40
    assert runner.failures == 0
