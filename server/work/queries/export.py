"""A revision as a document to take away, with its check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kan_core.export.json_document import json_document
from kan_core.export.latex import latex_document
from kan_core.export.python_code import python_code
from kan_core.export.sympy_text import sympy_script
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import Formula
from kan_core.training.data import Table
from kan_core.training.screen import some_rows
from server.contract.rest import ExportDocument
from server.work.checks.compare import compared
from server.work.checks.executed import run_python, run_sympy
from server.work.checks.reread import read_network
from server.work.query import ExportFormat, ExportQuery
from server.work.result import Material
from server.work.situation import Situation, situation_of
from server.work.views.formula_view import formula_values, write_of
from server.work.views.solution import metrics_sentence

# Rows that an executed export is checked on; sympy is slow, so it gets fewer.
_ROWS = 200
_SYMPY_ROWS = 20


class _Subject(NamedTuple):
    query: ExportQuery
    situation: Situation
    formula: Formula

    @property
    def rows(self) -> Table:
        """Held-out rows for the check."""
        return some_rows(self.situation.split.test, _ROWS)


class _Export(NamedTuple):
    content: str
    check: str


def export(query: ExportQuery, material: Material) -> ExportDocument:
    """Write and check.

    Raises:
        WorkError: no network or no table.
    """
    situation = situation_of(material.network, material.table)
    subject = _Subject(query, situation, write_of(situation))
    made = _with_verdict(_WRITERS[query.format](subject), query)
    name = re.sub(r"[^\w.-]+", "_", query.name).strip("._")[:80] or "kanscope"
    return ExportDocument(
        format=query.format,
        filename=f"{name}-r{query.revision.number}.{_ENDINGS[query.format]}",
        content=made.content,
        check=made.check,
    )


def _with_verdict(made: _Export, query: ExportQuery) -> _Export:
    """With what is left of the equations that the session began with, where the format has comments, and in the check."""
    told = metrics_sentence(query.revision.metrics)
    if not told:
        return made
    mark = _COMMENTS.get(query.format)
    content = made.content if mark is None else f"{mark} {told}\n{made.content}"
    return _Export(content, f"{made.check}; the equations: {told}")


def _latex(subject: _Subject) -> _Export:
    rows = subject.situation.rows
    content = latex_document(subject.formula, rows.inputs, rows.targets, rows.units)
    return _Export(content, _formula_check(subject))


def _sympy(subject: _Subject) -> _Export:
    rows, formula = subject.situation.rows, subject.formula
    content = sympy_script(formula, rows.inputs, rows.targets)
    table = some_rows(subject.rows, _SYMPY_ROWS)
    found = run_sympy(content, rows.inputs, table.inputs)
    if not formula.symbolic or formula.hidden:
        why = "splines" if not formula.symbolic else "hidden nodes"
        return _Export(content, f"executed; {why} stand in it as names, so it has no values to compare: see the Python export")
    return _Export(content, compared("executed by sympy", evaluate(subject.situation.network, table.inputs), found))


def _python(subject: _Subject) -> _Export:
    situation, rows = subject.situation, subject.situation.rows
    content = python_code(situation.network, subject.formula, rows.inputs, rows.targets, rows.units)
    found = run_python(content, subject.rows.inputs)
    return _Export(content, compared("executed", evaluate(situation.network, subject.rows.inputs), found))


def _json(subject: _Subject) -> _Export:
    situation, rows = subject.situation, subject.situation.rows
    content = json_document(situation.network, subject.formula, rows.inputs, rows.targets, rows.units)
    found = evaluate(read_network(content), subject.rows.inputs)
    return _Export(content, compared("read back as a network", evaluate(situation.network, subject.rows.inputs), found))


def _report(subject: _Subject) -> _Export:
    # Only reports need plotly, which takes half a second to load.
    from server.report.report import Subject, write_report

    query, check = subject.query, _formula_check(subject)
    about = Subject(query.name, query.dataset, query.revision, query.history, check)
    return _Export(write_report(about, subject.situation, subject.formula), check)


def _formula_check(subject: _Subject) -> str:
    """For formats that nothing executes: the expression behind them, evaluated."""
    situation, rows = subject.situation, subject.rows
    if subject.formula.hidden:
        return "too long to write out: hidden nodes stand in it as names, so it has no values to compare"
    found = formula_values(situation.network, subject.formula, rows)
    return compared("formula evaluated", evaluate(situation.network, rows.inputs), found)


_WRITERS: Mapping[ExportFormat, Callable[[_Subject], _Export]] = MappingProxyType(
    {"latex": _latex, "sympy": _sympy, "python": _python, "json": _json, "report": _report}
)
_COMMENTS: Mapping[ExportFormat, str] = MappingProxyType({"latex": "%", "sympy": "#", "python": "#"})
_ENDINGS: Mapping[ExportFormat, str] = MappingProxyType(
    {"latex": "tex", "sympy": "sympy.py", "python": "py", "json": "json", "report": "html"}
)
