"""A revision as a document to take away, with its check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import Formula
from kan_core.training.data import Table
from kan_core.training.screen import some_rows
from server.contract.exports import EXPORTS, ExportCheck
from server.contract.rest import ExportDocument
from server.work.checks.compare import compared
from server.work.checks.executed import run_python, run_sympy
from server.work.checks.reread import read_network
from server.work.query import ExportQuery
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


def export(query: ExportQuery, material: Material) -> ExportDocument:
    """Write and check.

    Raises:
        WorkError: no network or no table.
    """
    situation = situation_of(material.network, material.table)
    subject = _Subject(query, situation, write_of(situation))
    row = EXPORTS[query.format]
    content = _printed(subject)
    check = _CHECKS[row.check](subject, content)
    told = metrics_sentence(query.revision.metrics)
    if told:
        # What is left of the equations that the session began with.
        content = content if row.comment is None else f"{row.comment} {told}\n{content}"
        check = f"{check}; the equations: {told}"
    name = re.sub(r"[^\w.-]+", "_", query.name).strip("._")[:80] or "kanscope"
    filename = f"{name}-r{query.revision.number}.{row.ending}"
    return ExportDocument(format=query.format, filename=filename, content=content, check=check)


def _printed(subject: _Subject) -> str:
    query, situation, printer = subject.query, subject.situation, EXPORTS[subject.query.format].printer
    if printer is None:
        # Only reports need plotly, which takes half a second to load.
        from server.report.report import Subject, write_report

        about = Subject(query.name, query.dataset, query.revision, query.history, _of_formula(subject, ""))
        return write_report(about, situation, subject.formula)
    module, function = printer
    write: Callable[..., str] = getattr(import_module(f"kan_core.export.{module}"), function)
    rows = situation.rows
    return write(situation.network, subject.formula, rows.inputs, rows.targets, rows.units)


def _of_formula(subject: _Subject, _: str) -> str:
    """For formats that nothing executes: the expression behind them, evaluated."""
    if subject.formula.hidden:
        return "too long to write out: hidden nodes stand in it as names, so it has no values to compare"
    network, rows = subject.situation.network, subject.rows
    return compared("formula evaluated", evaluate(network, rows.inputs), formula_values(network, subject.formula, rows))


def _of_sympy(subject: _Subject, content: str) -> str:
    formula, table = subject.formula, some_rows(subject.rows, _SYMPY_ROWS)
    found = run_sympy(content, subject.situation.rows.inputs, table.inputs)
    if not formula.symbolic or formula.hidden:
        why = "splines" if not formula.symbolic else "hidden nodes"
        return f"executed; {why} stand in it as names, so it has no values to compare: see the Python export"
    return compared("executed by sympy", evaluate(subject.situation.network, table.inputs), found)


def _of_python(subject: _Subject, content: str) -> str:
    inputs = subject.rows.inputs
    return compared("executed", evaluate(subject.situation.network, inputs), run_python(content, inputs))


def _of_network(subject: _Subject, content: str) -> str:
    inputs = subject.rows.inputs
    wanted = evaluate(subject.situation.network, inputs)
    return compared("read back as a network", wanted, evaluate(read_network(content), inputs))


_CHECKS: Mapping[ExportCheck, Callable[[_Subject, str], str]] = MappingProxyType(
    {"formula": _of_formula, "sympy": _of_sympy, "python": _of_python, "network": _of_network}
)
