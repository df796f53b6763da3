"""The rounds of a search, done by a crew of workers.

Outcomes are handed back in the order of the tasks, so the findings do not depend on how many workers there are. The first
task in that order that finds the answer makes those behind it needless: they are given up, and count as empty also when
they happen to be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kan_core.search.discover import SearchProgress, describe
from kan_core.search.finding import Finding, pareto_front
from kan_core.search.rounds import is_answer, rounds
from kan_core.search.tasks import Outcome
from kan_core.training.data import Split
from server.discover.crew import Crew
from server.discover.messages import read_outcome, task_bytes


def search(crew: Crew, split: Split, seed: int, deadline: float) -> Iterator[SearchProgress]:
    """Yield the state after each task; ends by itself, or at the deadline.

    Args:
        crew: loaded with the same table.
        split: its rows.
        seed: of all random starts.
        deadline: by the monotonic clock.
    """
    plan = rounds(range(split.train.inputs.shape[1]), seed)
    tasks = next(plan)
    findings: list[Finding] = []
    done = known = 0
    while True:
        known += len(tasks)
        outcomes: dict[int, Outcome] = {}
        for place, reply in crew.run([task_bytes(task) for task in tasks], deadline):
            outcomes[place] = [] if reply is None else read_outcome(reply, tasks[place], split)
            done += 1
            answer = _answer(outcomes)
            kept = {task: outcome for task, outcome in outcomes.items() if answer is None or task <= answer}
            now = findings + _found(kept)
            yield SearchProgress(describe(tasks[place]), done, known, tuple(now), tuple(pareto_front(now)))
            if answer is not None:
                return
        findings += _found(outcomes)
        if len(outcomes) < len(tasks):
            return
        try:
            tasks = plan.send([outcomes[place] for place in range(len(tasks))])
        except StopIteration:
            return


def _answer(outcomes: Mapping[int, Outcome]) -> int | None:
    """The first task that found the answer, once all before it are done."""
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
