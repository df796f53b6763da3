"""The rounds of a search, done by workers: those of `kanscope discover` or those of the engine.

Outcomes are handed back in the order of the tasks, so the findings do not depend on how many workers there are. The first
task in that order that finds the answer makes those behind it needless, unless they are parts of the same stage of laws: they
are given up, and count as empty also when they happen to be done.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from kan_core.search.discover import SearchProgress, describe, with_functions
from kan_core.search.finding import Finding, constant_finding, pareto_front
from kan_core.search.rounds import is_answer, rounds
from kan_core.search.tasks import LawTask, Outcome, Task
from kan_core.training.data import Split
from server.discover.limit import within
from server.discover.messages import read_outcome, task_bytes


class Workers(Protocol):
    """Those who do tasks; they know the table."""

    @abstractmethod
    def run(self, tasks: Sequence[bytes], deadline: float) -> Iterator[tuple[int, bytes | None]]:
        """Yield (place, outcome) of each task as it is done, None where none could be had; may end early, then for good.

        Closing it gives up the tasks that are left.
        """

    @abstractmethod
    def left(self, deadline: float) -> float:
        """Seconds until the search is to end."""


def search(
    workers: Workers, split: Split, seed: int, deadline: float, functions: tuple[str, ...] = ()
) -> Iterator[SearchProgress]:
    """Yield the state before each round and after each task; ends by itself, or at the deadline.

    Args:
        workers: they do the tasks on the same table.
        split: its rows.
        seed: of all random starts.
        deadline: by the monotonic clock.
        functions: a person's own, tried beside the library.
    """
    constant = constant_finding(split)
    if constant is not None:
        yield SearchProgress(constant.origin, 1, 1, (constant,), (constant,))
        return
    plan = rounds(range(split.train.inputs.shape[1]), seed)
    tasks = next(plan)
    findings: list[Finding] = []
    done = known = 0
    while True:
        known += len(tasks)
        outcomes: dict[int, Outcome] = {}
        yield SearchProgress(_tried(tasks, outcomes), done, known, tuple(findings), tuple(pareto_front(findings)))
        for place, reply in workers.run([task_bytes(with_functions(task, functions)) for task in tasks], deadline):
            outcomes[place] = _read(reply, tasks[place], split, workers.left(deadline))
            done += 1
            answer = _answer(tasks, outcomes)
            kept = {task: outcome for task, outcome in outcomes.items() if answer is None or task <= answer}
            now = findings + _found(kept)
            yield SearchProgress(_tried(tasks, outcomes), done, known, tuple(now), tuple(pareto_front(now)))
            if answer is not None:
                return
        findings += _found(outcomes)
        if len(outcomes) < len(tasks):
            return
        try:
            tasks = plan.send([outcomes[place] for place in range(len(tasks))])
        except StopIteration:
            return


def _read(reply: bytes | None, task: Task, split: Split, left: float) -> Outcome:
    """The outcome of a task; empty where there is none, or where its formulas cannot be written before the time is over."""
    if reply is None:
        return []
    return within(left, lambda: read_outcome(reply, task, split), [])


def answering(budget: float, loading: float = 2.0) -> float:
    """Seconds of a budget that are kept for writing the answer: a third of what loading the numerics took, at most a tenth.

    Loading takes some two seconds; on a machine that is busy with other things everything takes as many times longer.
    """
    return min(loading / 3, 0.1 * budget)


def _tried(tasks: Sequence[Task], outcomes: Mapping[int, Outcome]) -> str:
    """The first task that is not done; the last one when all are."""
    return describe(next((task for place, task in enumerate(tasks) if place not in outcomes), tasks[-1]))


def _answer(tasks: Sequence[Task], outcomes: Mapping[int, Outcome]) -> int | None:
    """The first task that found the answer, once all before it are done; the parts of a stage of laws end together.

    Each part looks at some of the responses, and only all of them tell which exact law is the shortest.
    """
    if isinstance(tasks[0], LawTask):
        done = len(outcomes) == len(tasks)
        return len(tasks) - 1 if done and any(map(is_answer, _found(outcomes))) else None
    place = 0
    while place in outcomes:
        if any(is_answer(finding) for finding in _findings(outcomes[place])):
            return place
        place += 1
    return None


def _found(outcomes: Mapping[int, Outcome]) -> list[Finding]:
    """Findings in the order of the tasks."""
    return [finding for place in sorted(outcomes) for finding in _findings(outcomes[place])]


def _findings(outcome: Outcome) -> list[Finding]:
    return outcome if isinstance(outcome, list) else []
