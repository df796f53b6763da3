"""Run a search in one process, step by step; the caller decides to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from kan_core.search.finding import Finding, constant_finding, pareto_front
from kan_core.search.rounds import Rounds, rounds
from kan_core.search.tasks import AssignTask, LawTask, Outcome, ScreenTask, Task, run_task
from kan_core.training.data import Split
from kan_core.training.halting import Halted


@dataclass(frozen=True, eq=False)
class SearchProgress:
    """State of a search after a task.

    Attributes:
        task: what was done, for people.
        done, known: tasks finished, and planned so far.
        findings: every formula visited.
        front: the Pareto front, simplest first.
    """

    task: str
    done: int
    known: int
    findings: tuple[Finding, ...]
    front: tuple[Finding, ...]


Over = Callable[[SearchProgress], bool]
"""Whether a search is to end, asked with its state after the last task."""


def _never(_progress: SearchProgress) -> bool:
    return False


def discover(split: Split, seed: int = 0, functions: tuple[str, ...] = (), over: Over = _never) -> Iterator[SearchProgress]:
    """Search formulas for one target; yields after each task, ends by itself. A constant target is found at once.

    Args:
        split: rows to learn from and rows to judge by.
        seed: of all random starts.
        functions: tried beside the library.
        over: asked after each task and within it, some hundred times a second: a clock, or a person's wish. What was found
            until then has been yielded.
    """
    constant = constant_finding(split)
    if constant is not None:
        yield SearchProgress(constant.origin, 1, 1, (constant,), (constant,))
        return
    plan: Rounds = rounds(range(split.train.inputs.shape[1]), seed)
    tasks = next(plan)
    findings: list[Finding] = []
    progress = SearchProgress(describe(tasks[0]), 0, len(tasks), (), ())
    while True:
        outcomes: list[Outcome] = []
        for task in tasks:
            try:
                outcome = run_task(with_functions(task, functions), split, partial(over, progress))
            except Halted:
                return
            outcomes.append(outcome)
            if isinstance(outcome, list):
                findings.extend(outcome)
            progress = replace(
                progress,
                task=describe(task),
                done=progress.done + 1,
                findings=tuple(findings),
                front=tuple(pareto_front(findings)),
            )
            yield progress
            if over(progress):
                return
        try:
            tasks = plan.send(outcomes)
        except StopIteration:
            return
        progress = replace(progress, known=progress.known + len(tasks))


def with_functions(task: Task, functions: tuple[str, ...]) -> Task:
    """The task with a person's own functions among the candidates, when it looks for functions."""
    if not functions or not isinstance(task, AssignTask):
        return task
    return replace(task, network=replace(task.network, functions=functions))


def describe(task: Task) -> str:
    """What a task does, in a few words."""
    if isinstance(task, ScreenTask | LawTask):
        return str(task)
    return f"functions of {task.origin}" if isinstance(task, AssignTask) else f"shape {task}"
