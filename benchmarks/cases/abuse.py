"""What many users at once, and requests that are cheap to send, do to a server: of the sources in `--source`, with two workers.

*Crowd*: fifty sessions train, each twice, and one of them asks for trainings eight times as long; meanwhile another session's
trivial action is timed. *Attacks*: one request after another that is short to write and long to answer; timed are the answer or
refusal, a question of another session meanwhile, and how long workers go on after the client has left.

Loopback only; every wait has a limit, and what reaches it is reported as that.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
import urllib.error
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Self
from urllib.parse import quote

from benchmarks.cases.server import locking, new_session
from scripts.serving import ROOT, Serving

WORKERS = 2
SESSIONS = 50
ROUNDS = 2
SHAPE = [2, 5, 1]
STEPS = 30
GREED = 8
GREEDY_ROUNDS = 4
CROWD_LIMIT = 600.0
TRIVIAL_ACTIONS = 20
BETWEEN = 0.5
"""Seconds between two trivial actions, and before the other session's question."""
ATTACK_LIMIT = 40.0
LOOK = 0.05
IDLE_TICKS = 1
"""Of processor time that a process without work may use in a second; on a busy machine one that computes gets few."""


def nested(depth: int) -> str:
    """The column wrapped in powers of a hundred."""
    return "(" * depth + "{x}" + ")^100" * depth


ATTACKS: dict[str, tuple[str, str]] = {
    "formula-reading of nine nested powers": ("read", nested(9)),
    "function x+(1/2)^(9^9^9)": ("define", "x+(1/2)^(9^9^9)"),
    "function 1/sin(1e5*x)": ("define", "1/sin(1e5*x)"),
}


@contextmanager
def serving(source: Path) -> Generator[Serving]:
    """A server of these sources with warm workers."""
    with tempfile.TemporaryDirectory() as folder:
        server = Serving(Path(folder), folder=source, patience=CROWD_LIMIT)
        server.start("--workers", str(WORKERS))
        try:
            server.wait_ready()
            # The second worker starts after the first.
            _goes_on(server)
            yield server
        finally:
            server.kill()


def act(server: Serving, session: str, action: dict[str, Any]) -> str:
    """Ask for an action; the path to ask after it."""
    receipt = server.request("POST", f"/sessions/{session}/actions", action)
    return f"/sessions/{session}/actions/{receipt['action_id']}"


def crowd(server: Serving) -> dict[str, Any]:
    """Latencies of a trivial action and how fairly the trainings ended."""
    identities = [new_session(server, SHAPE)["id"] for _ in range(SESSIONS + 1)]
    *training, other = identities
    began = time.perf_counter()
    asked = [(number, *_ask_for_trainings(server, session, number)) for number, session in enumerate(training)]
    ends: dict[tuple[int, int], float] = {}

    def follow(number: int, paths: Sequence[str]) -> None:
        for turn, path in enumerate(paths):
            server.get(f"{path}?wait=true")
            ends[number, turn] = time.perf_counter() - began

    with ThreadPoolExecutor(SESSIONS) as threads:
        following = [threads.submit(follow, number, paths) for number, *paths in asked]
        trivial = _trivial_latencies(server, other, lambda: all(each.done() for each in following[1:]))
        for each in following[1:]:
            each.result()
        server.request("DELETE", f"/sessions/{training[0]}")
        with suppress(urllib.error.HTTPError):
            following[0].result()
    others = {place: end for place, end in ends.items() if place[0] > 0}
    return {
        "seconds": max(others.values()),
        "trivial_seconds": trivial,
        "trivial_median": median(trivial),
        "trivial_largest": max(trivial),
        "fairness": jain(done_at_half(others)),
        "out_of_turn": out_of_turn(others),
        "greedy_second": sum(end < ends.get((0, 1), CROWD_LIMIT) for end in others.values()) / len(others),
    }


def _ask_for_trainings(server: Serving, session: str, number: int) -> list[str]:
    greedy = number == 0
    training = {"kind": "train", "steps": STEPS * (GREED if greedy else 1), "sparsity": 0.01}
    return [act(server, session, training) for _ in range(GREEDY_ROUNDS if greedy else ROUNDS)]


def _trivial_latencies(server: Serving, session: str, over: Callable[[], bool]) -> list[float]:
    """Seconds of trivial actions one after another while the others train; one at least."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < TRIVIAL_ACTIONS and not over()):
        began = time.perf_counter()
        server.request("POST", f"/sessions/{session}/actions?wait=true", locking(len(seconds)))
        seconds.append(time.perf_counter() - began)
        time.sleep(BETWEEN)
    return seconds


def done_at_half(ends: dict[tuple[int, int], float]) -> list[int]:
    """How many trainings each session has behind it when half of all are."""
    half = sorted(ends.values())[len(ends) // 2 - 1]
    done = {number: 0 for number, _ in ends}
    for (number, _), end in ends.items():
        done[number] += end <= half
    return list(done.values())


def jain(shares: Sequence[float]) -> float:
    """Jain's index of fairness, (Σx)² / (n Σx²): 1 when all have the same, 1/n when one has all."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


def out_of_turn(ends: dict[tuple[int, int], float]) -> float:
    """Share of pairs of sessions of which one had its second training before the other had its first."""
    first, second = ([end for (_, turn), end in sorted(ends.items()) if turn == wanted] for wanted in (0, 1))
    pairs = [(one, other) for place, one in enumerate(second) for rank, other in enumerate(first) if place != rank]
    return sum(one < other for one, other in pairs) / len(pairs) if pairs else 0.0


@dataclass
class Watch:
    """Largest memory of a worker, looked at until told to stop."""

    server: Serving
    largest: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            for pid in self.server.workers():
                self.largest = max(self.largest, resident(pid))


def resident(pid: int) -> float:
    """Memory of a process in MB; 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ticks(pids: Sequence[int]) -> int:
    """Processor time of processes, in ticks."""
    total = 0
    for pid in pids:
        with suppress(OSError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total


def attack(server: Serving, kind: str, text: str) -> dict[str, Any]:
    """One costly request, and what another session notices of it."""
    attacker, victim = (new_session(server, [2, 5, 1]) for _ in range(2))
    server.patience = ATTACK_LIMIT
    place = f"/sessions/{attacker['id']}"
    found: dict[str, Any] = {}

    def send() -> None:
        name = attacker["inputs"][0]
        began = time.perf_counter()
        try:
            if kind == "read":
                server.get(f"{place}/formula-reading?target=0&text={quote(text.format(x=name))}")
                found["answer"] = "answered"
            else:
                receipt = server.request("POST", f"{place}/actions?wait=true", {"kind": "define_primitive", "text": text})
                found["answer"] = "refused" if receipt["state"] == "failed" else "answered"
        except urllib.error.HTTPError as error:
            found["answer"] = f"refused with {error.code}"
        except OSError:
            found["answer"] = "nothing"
        found["seconds"] = time.perf_counter() - began

    with Watch(server) as watch, ThreadPoolExecutor(1) as threads:
        sending = threads.submit(send)
        time.sleep(BETWEEN)
        found["other_session"] = _question(server, victim["id"])
        sending.result()
    return {**found, "worker_mb": watch.largest, "goes_on": _goes_on(server), "workers_left": len(server.workers())}


def _question(server: Serving, session: str) -> float | None:
    """Seconds until another session's question is answered; None when it is not."""
    began = time.perf_counter()
    try:
        server.get(f"/sessions/{session}/edges/0/0/0")
    except OSError:
        return None
    return time.perf_counter() - began


def _goes_on(server: Serving) -> float:
    """Seconds for which workers compute after the client has left, looked at for a second each; at most the limit."""
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < ATTACK_LIMIT:
        pids = server.workers()
        before = ticks(pids)
        time.sleep(1)
        if ticks(pids) - before <= IDLE_TICKS:
            return round(passed)
    return ATTACK_LIMIT


def main() -> None:
    """Print all figures as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--source", type=Path, default=ROOT, help="folder of the sources to serve")
    source: Path = arguments.parse_args().source
    with serving(source) as server:
        load = os.getloadavg()[0]
        many = crowd(server)
    attacks: dict[str, Any] = {}
    for name, (kind, text) in ATTACKS.items():
        with serving(source) as server:
            attacks[name] = attack(server, kind, text)
    print(json.dumps({"seconds": many["seconds"], "load": load, "crowd": many, "attacks": attacks}))


if __name__ == "__main__":
    main()
