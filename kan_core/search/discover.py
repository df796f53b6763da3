"""Run a search in one process, step by step; the caller decides to go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kan_core.search.finding import Finding, pareto_front
from kan_core.search.rounds import Rounds, rounds
from kan_core.search.tasks import AssignTask, LawTask, Outcome, ScreenTask, Task, run_task
from kan_core.training.data import Split


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


def discover(split: Split, seed: int = 0, functions: tuple[str, ...] = ()) -> Iterator[SearchProgress]:
    """Search formulas for one target; yields after each task, ends by itself. `functions` are tried beside the library."""
    plan: Rounds = rounds(range(split.train.inputs.shape[1]), seed)
    tasks = next(plan)
    findings: list[Finding] = []
    done = 0
    known = len(tasks)
    while True:
        outcomes: list[Outcome] = []
        for task in tasks:
            outcome = run_task(with_functions(task, functions), split)
            outcomes.append(outcome)
            if isinstance(outcome, list):
                findings.extend(outcome)
            done += 1
            yield SearchProgress(describe(task), done, known, tuple(findings), tuple(pareto_front(findings)))
        try:
            tasks = plan.send(outcomes)
        except StopIteration:
            return
        known += len(tasks)


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
