"""A registry of fake handlers, small and without numerics, run in real worker processes by tests of engine and sessions.

Named by its path in `Settings.registry`; what a handler does is steered by the action's fields:
`Train.steps` is the number of steps; `Train.method` stays "auto". The table's content names extra behaviour:
    b"crash once:<file>"   the worker dies at step 1 unless <file> exists, which it makes first
    b"crash"               the worker always dies
    b"deaf:<file>"         makes <file>, then never asks whether to stop
    b"child:<file>"        starts a process that would never end, writes its id, then is deaf
    b"gate:<file>"         waits after the first step until <file> exists or it is stopped
    b"linger:<file>"       a prune, which is short, makes <file>, then waits until <file>.over exists or it is stopped or paused
    b"sit:<file>"          the same, but it knows no pause
    b"share<newline>…"     a search hands out a task for each further line: "<word>" says it in capitals, "gate:<file>" waits
                           for <file>, "crash" and "crash once:<file>" end their worker, "fault" is a fault, and
                           "begun:<file>" makes <file>, then waits for <file>.over; with "linger:<file>" the search itself makes
                           <file> when it has given up its tasks, and waits for <file>.over before it ends
A formula's text steers how it is read: "endless:<file>" makes <file>, then computes without end, and makes <file>.dropped when it
is broken off; "stuck:<file>" makes <file>, then sits in a call that never returns, as a function "stuck" does.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from server.contract.actions import ACTIONS, ActionBase, Adopt, DefinePrimitive, Initialise, Merge, Search, Train
from server.contract.base import Edge
from server.contract.events import Curves, Front, Losses, Progress
from server.contract.model_draft import DraftAnswer
from server.contract.rest import (
    CandidateCurve,
    ConstantView,
    DatasetRows,
    EdgeDetail,
    ExactProposal,
    ExportDocument,
    FormulaConstants,
    FormulaReading,
    PrimitiveView,
    PruneProposal,
    Suggestion,
    Suggestions,
    Validity,
    WholeModel,
)
from server.contract.views import (
    ColumnView,
    DatasetView,
    EdgeFunction,
    EdgeView,
    FormulaView,
    FrontPoint,
    LossPoint,
    Metrics,
    NetworkView,
    NodeView,
    OutputFormula,
    SampleView,
)
from server.engine.protocol import Finished
from server.work.checkpoint import FitCheckpoint, Outcome, Reached, SearchCheckpoint
from server.work.control import Control, Emit, StoppedError, went_on_from
from server.work.pair import both
from server.work.perform import Registry
from server.work.query import (
    CandidateQuery,
    ConstantsQuery,
    CurvesQuery,
    EdgeDetailQuery,
    EquationTableQuery,
    ExportQuery,
    ModelDraftQuery,
    PrimitivesQuery,
    PrimitiveViews,
    PruneProposalQuery,
    ReadFormulaQuery,
    ReadTableQuery,
    SampleListQuery,
    SampleQuery,
    SampleViews,
    SuggestionsQuery,
    TableAnswer,
    TableRowsQuery,
    ValidityQuery,
)
from server.work.result import FrontNetwork, Material, Result, TableData, WorkError


def network_view() -> NetworkView:
    """Two inputs, one output."""
    nodes = [
        NodeView(layer=0, index=0, kind="input", name="x", importance=1, active=True),
        NodeView(layer=0, index=1, kind="input", name="y", importance=0.5, active=True),
        NodeView(layer=1, index=0, kind="sum", name="z", importance=1, active=True, subnodes=[0]),
    ]
    edges = [
        EdgeView(id=Edge(layer=0, source=source, target=0), function=EdgeFunction(kind="spline"), importance=1 - source / 2)
        for source in range(2)
    ]
    return NetworkView(shape=[2, 1], intervals=[5], degree=3, parameters=16, nodes=nodes, edges=edges)


def curves(step: int, points: int = 50) -> Curves:
    """Two edges; every value is the step."""
    return Curves(
        points=points,
        edges=struct.pack("<6i", 0, 0, 0, 0, 1, 0),
        x_low=struct.pack("<2f", -1, -1),
        x_high=struct.pack("<2f", 1, 1),
        y=struct.pack("<f", step) * (2 * points),
        importance=struct.pack("<2f", 1, 0.5),
    )


def result(step: int, *, cancelled: bool = False, message: str | None = None) -> Result:
    """A revision's parts after `step` steps; the error halves with each."""
    error = 0.5**step
    formula = FormulaView(
        sympy="x + y",
        latex="z = x + y",
        complexity=3,
        symbolic=False,
        outputs=[OutputFormula(target="z", sympy="x + y", latex="z = x + y", latex_full="z = x + y")],
    )
    return Result(
        network=f"network {step}".encode(),
        network_view=network_view(),
        metrics=Metrics(train_rmse=error, test_rmse=error, test_nrmse=error, r2_test=1 - error, rows_train=8, rows_test=2),
        formula=formula,
        curves=curves(step),
        losses=tuple(LossPoint(step=i, train_rmse=0.5**i, test_rmse=0.5**i) for i in range(step + 1)),
        message=message,
        outcome="cancelled" if cancelled else "done",
    )


def steps_of(network: bytes | None) -> int:
    """How many steps a fake network has been trained."""
    return 0 if network is None else int(network.decode().removeprefix("network "))


def initialise(action: Initialise, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    if action.seed == 13:
        raise WorkError("Seed 13 brings bad luck.", hint="Take another.")
    return result(0)


def train(action: Train, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    first = steps_of(parent)
    done = went_on_from(control, FitCheckpoint)
    taken = 0 if done is None else done.last.step
    behaviour, _, argument = table.content.decode().partition(":")
    if behaviour == "child":
        _start_child(Path(argument))
    for step in range(taken + 1, action.steps + 1):
        if control.should_stop():
            if step == 1:
                raise StoppedError
            return result(first + step - 1, cancelled=True)
        emit(Progress(action_id=control.action_id, step=step, steps=action.steps, test_rmse=0.5**step))
        emit(Losses(action_id=control.action_id, step=[step], train_rmse=[0.5], test_rmse=[0.5]))
        if emit.due(Curves):
            emit(curves(step).model_copy(update={"action_id": control.action_id}))
        _misbehave(behaviour, argument, step)
        if behaviour == "gate" and step == 1:
            _wait_for(Path(argument), control, step)
        control.may_pause(lambda step=step: checkpoint(step))
    return result(first + action.steps, message="trained")


def _misbehave(behaviour: str, argument: str, step: int) -> None:
    if behaviour == "crash" or (behaviour == "crash once" and not Path(argument).exists()):
        if argument:
            Path(argument).touch()
        os._exit(7)
    if behaviour in {"deaf", "child"} and step == 1:
        Path(argument).touch()
        threading.Event().wait()


def _start_child(report: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    report.write_text(str(child.pid))


def checkpoint(step: int) -> FitCheckpoint:
    """What a training has come to after so many steps."""
    reached = Reached(b"", step, 0.0)
    return FitCheckpoint(b"", reached, reached)


def _wait_for(path: Path, control: Control, step: int) -> None:
    while not path.exists() and not control.should_stop():
        control.may_pause(lambda: checkpoint(step))
        threading.Event().wait(0.002)


def edit(action: ActionBase, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """One step further, at once."""
    return result(steps_of(parent) + 1)


def prune(action: ActionBase, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """An edit, at once or after a while."""
    behaviour, _, argument = table.content.decode().partition(":")
    if behaviour in {"linger", "sit"} and control.resumed is None:
        Path(argument).touch()
        over = Path(f"{argument}.over")
        if behaviour == "linger":
            _wait_for(over, control, 1)
        while not over.exists() and not control.should_stop():
            threading.Event().wait(0.002)
    return edit(action, parent, table, emit, control)


def define_primitive(action: DefinePrimitive, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """An edit, unless its text is "stuck"."""
    if action.text == "stuck":
        threading.Event().wait()
    return edit(action, parent, table, emit, control)


def search(action: Search, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """A front of two networks, or the outcomes of its tasks as its message."""
    if table.content.startswith(b"share\n"):
        return _share(table, emit, control)
    points = [FrontPoint(index=i, sympy="x", latex="z = x", complexity=1 + i, test_rmse=0.5**i) for i in range(2)]
    emit(Front(action_id=control.action_id, points=points))
    return replace(result(9), front=tuple(FrontNetwork(point, f"network {20 + point.index}".encode()) for point in points))


def _share(table: TableData, emit: Emit, control: Control) -> Result:
    tasks = table.content.splitlines()[1:]
    done = went_on_from(control, SearchCheckpoint)
    outcomes: dict[int, bytes | None] = {} if done is None else {each.place: each.outcome for each in done.outcomes}
    places = [place for place in range(len(tasks)) if place not in outcomes]
    handout = control.share("shout", [tasks[place] for place in places])
    emit(Progress(action_id=control.action_id, step=len(outcomes), steps=len(tasks)))
    try:
        while len(outcomes) < len(tasks) and not control.should_stop():
            control.may_pause(lambda: SearchCheckpoint(tuple(Outcome(1, *each, 0.0) for each in outcomes.items()), 0.0))
            reply = handout.next(0.05)
            if reply is not None:
                outcomes[places[reply[0]]] = reply[1]
                emit(Progress(action_id=control.action_id, step=len(outcomes), steps=len(tasks)))
    finally:
        handout.close()
    for path in [Path(task.decode().partition(":")[2]) for task in tasks if task.startswith(b"linger:")]:
        path.touch()
        while not Path(f"{path}.over").exists():
            threading.Event().wait(0.002)
    heard = [(outcomes[place] or b"nothing").decode() for place in sorted(outcomes)]
    return result(0, cancelled=len(outcomes) < len(tasks), message=" ".join(heard))


def shout(task: bytes, table: TableData) -> bytes:
    behaviour, _, argument = task.decode().partition(":")
    if behaviour == "fault":
        raise ZeroDivisionError
    if behaviour == "begun":
        Path(argument).touch()
        argument = f"{argument}.over"
    while behaviour in {"gate", "begun"} and not Path(argument).exists():
        threading.Event().wait(0.002)
    _misbehave(behaviour, argument, 1)
    return behaviour.upper().encode()


def adopt(action: Adopt, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """The network it starts from."""
    return result(steps_of(parent))


def merge(action: Merge, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """As many steps as both networks together."""
    networks = both(parent)
    assert networks is not None
    return result(sum(map(steps_of, networks)))


def fail(action: ActionBase, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    raise ZeroDivisionError("a fault with a secret in its message")


def read_table(query: ReadTableQuery, material: Material) -> TableAnswer:
    content = material.upload or b""
    if not content:
        raise WorkError("The file is empty.", code="bad_table")
    columns = [ColumnView(name=name, role=role, usable=True) for name, role in (("x", "input"), ("y", "input"), ("z", "target"))]
    return TableAnswer(content=content, view=DatasetView(id="", name=query.filename, rows=10, columns=columns))


def sample(query: SampleQuery, material: Material) -> TableAnswer:
    if query.name != "toy":
        raise WorkError(f"There is no sample named {query.name}.", code="not_found")
    return read_table(ReadTableQuery(filename="toy"), Material(upload=b"toy"))


def equation_table(query: EquationTableQuery, material: Material) -> TableAnswer:
    made = read_table(ReadTableQuery(filename="equations"), Material(upload=query.problem.equations[0].encode()))
    return made.model_copy(update={"view": made.view.model_copy(update={"equations": query.problem.equations})})


def sample_list(query: SampleListQuery, material: Material) -> SampleViews:
    toy = SampleView(
        name="toy", title="Toy", summary="x + y", rows=10, inputs=["x", "y"], targets=["z"], real=False, source="", licence="CC0"
    )
    return SampleViews(samples=[toy])


def table_rows(query: TableRowsQuery, material: Material) -> DatasetRows:
    rows: list[list[float | None]] = [[float(row), 0.0, None] for row in range(10)]
    return DatasetRows(
        offset=query.offset, total=10, columns=["x", "y", "z"], rows=rows[query.offset : query.offset + query.limit]
    )


def suggestions(query: SuggestionsQuery, material: Material) -> Suggestions:
    if material.table is not None and material.table.content.startswith(b"crash"):
        os._exit(7)
    suggestion = Suggestion(
        primitive="sin", a=1, b=0, c=1, d=0, r2=0.99, complexity=2, text="sin(x)", latex="\\sin x",
        domain_note="valid on all data",
        whole_model=WholeModel(test_rmse_before=0.1, test_rmse_after=0.01),
    )  # fmt: skip
    return Suggestions(
        revision=material.revision or "",
        edge=query.edge,
        suggestions=[suggestion] * query.top,
        verdict="sin",
        decided=True,
        seconds=0,
    )


def edge_detail(query: EdgeDetailQuery, material: Material) -> EdgeDetail:
    return EdgeDetail(
        revision=material.revision or "", edge=query.edge, x=[0], y=[0], data_x=[], data_y=[], source_name="x", target_name="z",
        text="spline",
    )  # fmt: skip


def candidate(query: CandidateQuery, material: Material) -> CandidateCurve:
    return CandidateCurve(primitive=query.primitive, a=query.a or 1, b=0, c=1, d=0, r2=1, y=[0.0, None])


def model_draft(query: ModelDraftQuery, material: Material) -> DraftAnswer:
    return DraftAnswer(target=query.draft.target, formula=query.draft.formula)


def constants(query: ConstantsQuery, material: Material) -> FormulaConstants:
    pi = ExactProposal(value="pi", latex="\\pi", test_rmse_after=0.01, deviations=0.5, rivals=0.01)
    one = ConstantView(
        name="a", latex="a", value=3.14, standard_error=0.01, determined=True, state="free", symbol="", symbol_latex="", low=None,
        high=None, unit="", place="a x", share=None, proposals=[pi], drop=None,
    )  # fmt: skip
    return FormulaConstants(
        revision=material.revision or "", latex=["z = a x"], named=["z = a x"], formulas=["a*x"], constants=[one], offsets=None,
        complexity=3, test_rmse=0.01, note="", seconds=0,
    )  # fmt: skip


def validity(query: ValidityQuery, material: Material) -> Validity:
    return Validity(
        revision=material.revision or "", inputs=["x", "y"], low=query.low or [0, 0], high=query.high or [1, 1],
        given=bool(query.low), checks=[], holds=True, text="valid",
    )  # fmt: skip


def prune_proposal(query: PruneProposalQuery, material: Material) -> PruneProposal:
    return PruneProposal(
        revision=material.revision or "", threshold=0.03 if query.threshold is None else query.threshold, edges=[], inputs=[],
        test_rmse_before=1, test_rmse_after=1, test_rmse_refit=1,
    )  # fmt: skip


def read_formula(query: ReadFormulaQuery, material: Material) -> FormulaReading:
    behaviour, _, argument = query.text.partition(":")
    if behaviour == "endless":
        _compute_without_end(Path(argument))
    if behaviour == "stuck":
        Path(argument).touch()
        threading.Event().wait()
    return FormulaReading(target=query.target, test_rmse=0.5, rows_without_value=0)


def _compute_without_end(report: Path) -> None:
    report.touch()
    number = 0
    try:
        while True:
            number += 1
    except BaseException:
        Path(f"{report}.dropped").touch()
        raise


def all_curves(query: CurvesQuery, material: Material) -> Curves:
    return curves(steps_of(material.network))


def export(query: ExportQuery, material: Material) -> ExportDocument:
    return ExportDocument(format=query.format, filename=f"{query.name}.txt", content=query.revision.formula.sympy, check="none")


def primitives(query: PrimitivesQuery, material: Material) -> PrimitiveViews:
    return PrimitiveViews(primitives=[PrimitiveView(name="sin", latex="\\sin", complexity=2, domain="all")])


HANDLERS: dict[str, Any] = dict.fromkeys(ACTIONS, edit) | {
    "initialise": initialise, "train": train, "prune": prune, "lock": fail, "search": search, "adopt": adopt,
    "define_primitive": define_primitive, "merge": merge,
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "suggestions": suggestions, "edge_detail": edge_detail, "candidate": candidate, "prune_proposal": prune_proposal,
    "read_formula": read_formula, "curves": all_curves, "export": export, "read_table": read_table, "table_rows": table_rows,
    "equation_table": equation_table, "sample": sample, "sample_list": sample_list,
    "primitives": primitives, "constants": constants, "model_draft": model_draft, "validity": validity,
}  # fmt: skip
REGISTRY = Registry(HANDLERS, ANSWERS, tasks={"shout": shout})


def finished(step: int) -> Finished:
    """The end of an action as the engine tells it."""
    return Finished(result(step), 0.1)
