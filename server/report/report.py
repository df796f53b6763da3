"""The report of a revision: what was found, how good it is, how it came about, with which programs."""

from __future__ import annotations

import platform
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from kan_core.ids import EdgeId
from kan_core.symbolic.formula import Formula
from server.contract.views import ColumnView, DatasetView, EdgeView, Metrics, RevisionSummary, RevisionView
from server.report import page
from server.report.figures import figures
from server.report.mathml import equation
from server.report.plotly_script import figure_block, scripts
from server.work.situation import Situation
from server.work.views.names import node_names
from server.work.views.r2_text import Figure, r2_figure
from server.work.views.solution import metrics_sentence

_MOST_ROWS = 60
_VERDICTS = {"solved": "solved", "nearly": "nearly solved", "not_a_solution": "not a solution"}


class Subject(NamedTuple):
    """What the report is about: the session's name, its dataset, revision and history, and how the formula was checked."""

    name: str
    dataset: DatasetView
    revision: RevisionView
    history: list[RevisionSummary]
    check: str


def write_report(subject: Subject, situation: Situation, formula: Formula) -> str:
    """One HTML file; nothing in it asks for anything from elsewhere."""
    revision, drawn = subject.revision, figures(situation, subject.revision.losses)
    lead = f"{subject.dataset.name} · {subject.dataset.rows:,} rows · revision {revision.number}, {revision.created_at}"
    return page.page(
        f"{subject.name}: Kanscope report",
        [
            f"<h1>{escape(subject.name)}</h1>",
            page.paragraph(lead, "lead"),
            _formula(situation, formula),
            page.paragraph(formula.note or ""),
            page.paragraph(metrics_sentence(revision.metrics)),
            _numbers(revision.metrics, revision.formula.complexity),
            page.paragraph(f"Check: {subject.check}."),
            page.code("LaTeX, all digits", formula.latex_full),
            page.code("SymPy, all digits", "\n".join(formula.sympy_text)),
            page.heading("Figures"),
            *(figure_block(figure.name, figure.json, escape(figure.title)) for figure in drawn),
            page.heading("Edges"),
            _edges(situation, revision.network.edges),
            *_equations(situation.rows.equations),
            page.heading("Data"),
            _columns(subject.dataset),
            *(page.paragraph(note) for note in subject.dataset.notes),
            page.heading("History"),
            _history(subject),
            page.heading("Provenance"),
            _provenance(subject, situation),
            scripts(),
        ],
    )


def _formula(situation: Situation, formula: Formula) -> str:
    lines = [
        equation(name, each, situation.rows.inputs)
        for name, each in zip(situation.rows.targets, formula.expressions, strict=True)
    ]
    return f'<div class="formula">{"".join(lines)}</div>'


def _equations(equations: tuple[str, ...]) -> list[str]:
    """What the session began with, as written."""
    return [page.heading("Equations"), *(page.paragraph(line) for line in equations)] if equations else []


def _numbers(metrics: Metrics, complexity: int) -> str:
    shown = _of_numbers(metrics) if metrics.accuracy_test is None else _of_classes(metrics)
    return page.numbers([*shown, ("complexity", str(complexity)), *_left(metrics)])


def _of_numbers(metrics: Metrics) -> list[tuple[str, str]]:
    judged = Figure("R²", "–") if metrics.r2_test is None else r2_figure(metrics.r2_test)
    where = _where(metrics)
    return [
        (f"data ↔ network, RMSE {where}", _digits(metrics.test_rmse)),
        ("network ↔ formula", _digits(metrics.network_formula)),
        ("data ↔ formula", _digits(metrics.data_formula)),
        (f"{judged.name} {where}", judged.value),
        ("RMSE on training rows", _digits(metrics.train_rmse)),
    ]


def _of_classes(metrics: Metrics) -> list[tuple[str, str]]:
    where = _where(metrics)
    return [
        (f"accuracy {where}", _percent(metrics.accuracy_test)),
        (f"cross-entropy {where}", _digits(metrics.cross_entropy_test)),
        ("network ↔ formula, logits", _digits(metrics.network_formula)),
        ("cross-entropy of the formula", _digits(metrics.cross_entropy_formula)),
        ("accuracy on training rows", _percent(metrics.accuracy_train)),
        ("cross-entropy on training rows", _digits(metrics.cross_entropy_train)),
    ]


def _where(metrics: Metrics) -> str:
    """What the errors rest on."""
    method = "held_out" if metrics.judged is None else metrics.judged.method
    return {"held_out": "on held-out rows", "fitted": "on the rows of the fit", "unfitted": "on all rows"}.get(
        method, "by cross-validation"
    )


def _left(metrics: Metrics) -> list[tuple[str, str]]:
    """What is left of the equations that the session began with."""
    left = [
        ("left minus right of the equations, held-out points", metrics.equation_rms),
        ("left minus right of the conditions", metrics.condition_rms),
        ("of the size of the terms that should cancel", metrics.relative_residual),
    ]
    return [(name, _digits(value)) for name, value in left if value is not None]


def _digits(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.3g} %"


def _edges(situation: Situation, edges: list[EdgeView]) -> str:
    network = situation.network
    names = node_names(network.shape, situation.rows.inputs, situation.rows.targets)
    active = sorted((edge for edge in edges if edge.function.kind != "zero"), key=lambda edge: -edge.importance)
    rows: list[list[str]] = []
    for edge in active[:_MOST_ROWS]:
        place = EdgeId(edge.id.layer, edge.id.source, edge.id.target)
        owner = network.layers[place.layer].structure.node_of_subnode[place.target]
        between = f"{names[place.layer][place.source]} → {names[place.layer + 1][owner]}"
        rows.append([between, _function(edge), f"{edge.importance:.3f}", "locked" if edge.locked else ""])
    pruned = len(edges) - len(active)
    rest = f"{pruned} edges are pruned." if pruned else ""
    more = f"{len(active) - _MOST_ROWS} weaker edges are not listed." if len(active) > _MOST_ROWS else ""
    head = ["edge", "function", "importance", ""]
    return page.table(head, rows, frozenset({2})) + page.paragraph(" ".join(filter(None, [rest, more])))


def _function(edge: EdgeView) -> str:
    function = edge.function
    if function.kind != "symbolic" or function.primitive is None:
        return "spline"
    return function.text or function.primitive


def _columns(dataset: DatasetView) -> str:
    head = ["column", "unit", "role", "minimum", "maximum", "mean", "remark"]
    return page.table(head, [_column(column) for column in dataset.columns], frozenset({3, 4, 5}))


def _column(column: ColumnView) -> list[str]:
    values = [("" if value is None else f"{value:.4g}") for value in (column.minimum, column.maximum, column.mean)]
    return [column.name, column.unit or "", column.role, *values, column.note or ""]


def _history(subject: Subject) -> str:
    """The actions that led here, first to last; only the last one when the history is not known."""
    known = {summary.id: summary for summary in subject.history}
    steps: list[RevisionSummary] = []
    place: str | None = subject.revision.id
    while place is not None and place in known:
        steps.append(known[place])
        place = known[place].parent
    if not steps:
        return page.paragraph(f"{subject.revision.number}. {subject.revision.label}. {subject.revision.message or ''}")
    rows = [
        [
            *(str(step.number), step.label, step.by or "", _error(step, known)),
            *(str(step.complexity), str(step.edges_active), step.note or ""),
        ]
        for step in reversed(steps)
    ]
    error = "left of the equations" if subject.dataset.equations else "RMSE on rows that judge"
    if subject.revision.metrics.accuracy_test is not None:
        error = "cross-entropy on rows that judge"
    head = ["revision", "action", "by", error, "complexity", "edges", "note"]
    return page.table(head, rows, frozenset({3, 4, 5}))


def _error(step: RevisionSummary, known: dict[str, RevisionSummary]) -> str:
    """The error, or what is left of the equations and what that amounts to."""
    if step.equation_rms is None:
        return _digits(step.test_rmse if step.cross_entropy_test is None else step.cross_entropy_test)
    state = "not solved yet" if _unsolved(step, known) else _VERDICTS.get(step.verdict or "", "")
    return " ".join(filter(None, [_digits(step.equation_rms), state]))


def _unsolved(step: RevisionSummary, known: dict[str, RevisionSummary]) -> bool:
    """Whether nobody has fitted the network to the equations since it began."""
    if step.verdict == "solved":
        return False
    at: RevisionSummary | None = step
    while at is not None and at.kind not in ("fit_equation", "initialise"):
        at = known.get(at.parent or "")
    return at is not None and at.kind == "initialise"


def _provenance(subject: Subject, situation: Situation) -> str:
    rows_used = f"{situation.split.train.rows:,} for the fit; judged by {situation.told.text}{_weighed(situation)}"
    programs = ", ".join(f"{name} {_version(name)}" for name in ("kanscope", "torch", "numpy", "scipy", "sympy", "plotly"))
    rows = [
        ["dataset", f"{subject.dataset.name}, content {subject.dataset.id}"],
        ["source", subject.dataset.source or ("equations" if subject.dataset.equations else "uploaded")],
        ["licence", subject.dataset.licence or "not given"],
        ["rows", rows_used],
        ["revision", f"{subject.revision.id}, made by ‘{subject.revision.label}’"],
        ["network", f"shape {list(situation.network.shape)}, {situation.network.steps:,} training steps, float64"],
        ["programs", f"Python {platform.python_version()}, {programs}"],
    ]
    return page.table(["what", "which"], rows)


def _weighed(situation: Situation) -> str:
    """By which columns rows count, and how many are copies."""
    roles, copies = situation.rows.roles, situation.rows.chosen.copies
    parts = (
        []
        if roles is None
        else [f"σ from {roles.sigma}"]
        if roles.sigma
        else [f"weights from {roles.weight}"]
        if roles.weight
        else []
    )
    parts += [f"{copies:,} copies"] if copies else []
    return "".join(f"; {part}" for part in parts)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed as a package)"
