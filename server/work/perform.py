"""Look up and run the handler of an action or the answer to a query. Called by the worker's main loop, in the worker.

Which handlers there are is a `Registry`, named by its module's path so that tests bring their own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.contract.actions import ActionBase
from server.contract.base import Message
from server.contract.problems import Problem, ProblemCode, ProblemError, problem
from server.work.control import Answer, Control, Emit, Handler
from server.work.query import Query
from server.work.result import Material, Result, TableData, WorkError
from server.work.sharing import TaskFunction


def _nothing(_device: str) -> None:
    """No warming up."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Handlers by action kind, answers by query kind, errors whose message is meant for the person, a warm-up, and tasks.

    The warm-up is told the device to compute on. An expected error may have a `detail` (else its text),
    a `hint` and a `position`.
    """

    handlers: Mapping[str, Handler]
    answers: Mapping[str, Answer]
    expected: Mapping[type[Exception], ProblemCode] = field(default_factory=dict[type[Exception], ProblemCode])
    warm: Callable[[str], None] = _nothing
    tasks: Mapping[str, TaskFunction] = field(default_factory=dict[str, TaskFunction])


def load_registry(module: str) -> Registry:
    """The `REGISTRY` of a module, given by name."""
    registry: object = importlib.import_module(module).REGISTRY
    if not isinstance(registry, Registry):
        raise TypeError(f"{module}.REGISTRY is not a Registry")
    return registry


def perform(
    registry: Registry, action: ActionBase, parent: bytes | None, table: TableData, emit: Emit, control: Control
) -> Result:
    """Run the one handler of this kind of action."""
    kind: str = action.model_dump(include={"kind"})["kind"]
    return registry.handlers[kind](action, parent, table, emit, control)


def answer(registry: Registry, query: Query[Message], material: Material) -> Message:
    """Run the one answer to this kind of query."""
    return registry.answers[query.kind](query, material)


def problem_of(registry: Registry, error: Exception) -> Problem | None:
    """The problem a person sees for an error raised on purpose; None for a fault in the program."""
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, WorkError):
        found = problem(error.code, error.detail, hint=error.hint)
        return found.model_copy(update={"line": error.line, "position": error.position})
    for kind, code in registry.expected.items():
        if isinstance(error, kind):
            told = problem(code, getattr(error, "detail", str(error)), hint=getattr(error, "hint", None))
            return told.model_copy(update={"position": getattr(error, "position", None)})
    return None
