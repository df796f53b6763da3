"""Tasks and outcomes of a search as bytes: msgpack maps of plain data, networks as snapshots. Nothing is ever unpickled."""

from __future__ import annotations

from typing import Any

from kan_core.errors import KanError
from kan_core.expression.coding import from_data, to_data
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.tree import Branch, Leaf, Tree
from kan_core.search.finding import Finding, judge_expression, judge_finding
from kan_core.search.tasks import AssignTask, GenericTask, LawTask, Outcome, Screened, ScreenTask, Task, Trained, TreeTask
from kan_core.training.data import Split
from server.contract.coding import pack, unpack

Nested = list[Any]


def task_bytes(task: Task) -> bytes:
    """A task on its way to a worker."""
    return pack(_task_map(task))


def read_task(data: bytes) -> Task:
    """The task of `task_bytes`."""
    part = unpack(data)
    match part["kind"]:
        case "tree":
            return TreeTask(_read_tree(part["tree"]), part["outer"], part["seed"])
        case "generic":
            return GenericTask(tuple(part["hidden"]), part["products"], part["seed"], tuple(part["inputs"]))
        case "screen":
            return ScreenTask(part["seed"])
        case "law":
            return LawTask(part["stage"], tuple(part["inputs"]), part["share"], part["shares"])
        case _:
            return AssignTask(from_bytes(part["network"]), part["origin"], part["beam"])


def outcome_bytes(outcome: Outcome) -> bytes:
    """An outcome on its way back. Formulas are not sent: they are a function of the network, written in milliseconds."""
    if isinstance(outcome, Trained):
        return pack({"kind": "trained", "network": to_bytes(outcome.network), "nrmse": outcome.nrmse})
    if isinstance(outcome, Screened):
        return pack({"kind": "screened", "inputs": list(outcome.inputs)})
    return pack({"kind": "found", "findings": [_finding_map(finding) for finding in outcome]})


def _finding_map(finding: Finding) -> dict[str, Any]:
    """A network as its snapshot; a law as its tree."""
    if not finding.is_law:
        return {"network": to_bytes(finding.network), "origin": finding.origin}
    return {"law": to_data(finding.formula.expressions[0]), "origin": finding.origin}


def read_outcome(data: bytes, task: Task, split: Split) -> Outcome:
    """The outcome of `outcome_bytes`, for the task it belongs to, on the rows it was made from."""
    part = unpack(data)
    if part["kind"] == "trained" and isinstance(task, TreeTask | GenericTask):
        return Trained(task, from_bytes(part["network"]), part["nrmse"])
    if part["kind"] == "screened":
        return Screened(tuple(part["inputs"]))
    return _judged(part["findings"], split)


def _judged(parts: list[dict[str, Any]], split: Split) -> list[Finding]:
    findings: list[Finding] = []
    for part in parts:
        try:
            findings.append(_finding(part, split))
        except KanError:
            continue
    return findings


def _finding(part: dict[str, Any], split: Split) -> Finding:
    if "network" in part:
        return judge_finding(from_bytes(part["network"]), split, part["origin"])
    return judge_expression(from_data(part["law"]), split, part["origin"])


def _task_map(task: Task) -> dict[str, Any]:
    if isinstance(task, TreeTask):
        return {"kind": "tree", "tree": _nested(task.tree), "outer": task.outer, "seed": task.seed}
    if isinstance(task, GenericTask):
        size = {"hidden": list(task.hidden), "products": task.products, "inputs": list(task.inputs)}
        return {"kind": "generic", "seed": task.seed, **size}
    if isinstance(task, ScreenTask):
        return {"kind": "screen", "seed": task.seed}
    if isinstance(task, LawTask):
        return {"kind": "law", "stage": task.stage, "inputs": list(task.inputs), "share": task.share, "shares": task.shares}
    return {"kind": "assign", "network": to_bytes(task.network), "origin": task.origin, "beam": task.beam}


def _nested(tree: Tree) -> Nested | int:
    return tree.input if isinstance(tree, Leaf) else [tree.kind, *(_nested(part) for part in tree.parts)]


def _read_tree(nested: Nested | int) -> Tree:
    return Leaf(nested) if isinstance(nested, int) else Branch(nested[0], tuple(_read_tree(part) for part in nested[1:]))
