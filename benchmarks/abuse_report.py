"""The table of part `abuse` in docs/benchmarks.md: the same attacks on two versions of the server."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cases.abuse import ATTACK_LIMIT, GREED, SESSIONS, WORKERS
from benchmarks.runner import Result
from benchmarks.table import time_text


def tables(cases: dict[str, Result]) -> list[str]:
    """Rows of what a person elsewhere notices, before and after."""
    before, after = cases.get("before", {}), cases.get("after", {})
    if "crowd" not in after:
        return ["No results."]
    heads = [f"before ({before.get('commit', '–')}, load {_load(before)})", f"now (load {_load(after)})"]
    return [f"| | {heads[0]} | {heads[1]} |", "|---|---|---|", *_crowd_rows(before, after), *_attack_rows(before, after)]


def _load(case: Result) -> str:
    return f"{case['load']:.1f}" if "load" in case else "–"


def _crowd_rows(before: Result, after: Result) -> Iterator[str]:
    name = f"{SESSIONS} sessions train on {WORKERS} workers: a trivial action of another one, median"
    yield _row(name, *(time_text(_of(case, "trivial_median")) for case in (before, after)))
    yield _row("… at most", *(time_text(_of(case, "trivial_largest")) for case in (before, after)))
    yield _row("… all trainings done after", *(time_text(_of(case, "seconds")) for case in (before, after)))
    yield _row(
        "… trainings per session when half are done, Jain's index", *(_digits(_of(case, "fairness")) for case in (before, after))
    )
    yield _row(
        "… pairs in which one had its second before the other its first",
        *(_share(_of(case, "out_of_turn")) for case in (before, after)),
    )
    greedy = f"… others' trainings done when one that asks for {GREED} times as many steps had its second"
    yield _row(greedy, *(_share(_of(case, "greedy_second")) for case in (before, after)))


def _attack_rows(before: Result, after: Result) -> Iterator[str]:
    for name in after["attacks"]:
        pair = [case.get("attacks", {}).get(name) for case in (before, after)]
        yield _row(f"{name}: answered or refused", *map(_end, pair))
        yield _row("… largest worker", *(_memory(each) for each in pair))
        yield _row("… another session's question meanwhile", *(_wait(each) for each in pair))
        yield _row("… workers compute on after the client has left", *(_on(each) for each in pair))


def _of(case: Result, name: str) -> float | None:
    value: float | None = case.get("crowd", {}).get(name)
    return value


def _end(attack: Result | None) -> str:
    if attack is None:
        return "–"
    if attack["answer"] == "nothing":
        return f"nothing in {ATTACK_LIMIT:.0f} s"
    return f"{attack['answer']} after {time_text(attack['seconds'])}"


def _memory(attack: Result | None) -> str:
    return "–" if attack is None else f"{attack['worker_mb']:.0f} MB"


def _wait(attack: Result | None) -> str:
    if attack is None:
        return "–"
    waited = attack["other_session"]
    return f"nothing in {ATTACK_LIMIT:.0f} s" if waited is None else time_text(waited)


def _on(attack: Result | None) -> str:
    if attack is None:
        return "–"
    seconds = attack["goes_on"]
    if not seconds:
        return "not for a second"
    return f"more than {ATTACK_LIMIT:.0f} s" if seconds >= ATTACK_LIMIT else time_text(seconds)


def _digits(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _row(name: str, before: str, after: str) -> str:
    return f"| {name} | {before} | {after} |"
