"""The main loop of a worker process: read a job, perform it, send what happens. Knows nothing of the server.

Three threads: a listening one that hears cancel and pause, and which question is withdrawn, at any time, and ends the process
when the server is gone (the pipe closes even when the server was killed), the main one that computes, and one that does tasks of
actions which hand them out, this worker's or another's.
"""

from __future__ import annotations

import itertools
import os
import queue
import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from server.contract.actions import ACTION
from server.contract.coding import pack, unpack
from server.contract.problems import Problem, problem
from server.engine.breaking import Breakable, Dropped
from server.engine.handout import PipeHandout
from server.engine.hands import Hands
from server.engine.messages import finished_message
from server.loading import THREADS, without_collector
from server.store.blobs import BlobDirectory
from server.store.disk import disk_full
from server.work.checkpoint import Paused, paused_bytes, read_paused
from server.work.control import Frame, PausedError, SignalControl, StoppedError, ThrottledEmit
from server.work.pair import pair
from server.work.perform import Registry, answer, load_registry, perform, problem_of
from server.work.query import read_query
from server.work.result import Material, TableData


class JobSignals:
    """Cancel and pause of one job and the outcomes of its tasks, set by the listening thread."""

    def __init__(self, job: str, *, cancelled: bool = False) -> None:
        self.job = job
        self._cancelled = cancelled
        self._paused = False
        self.outcomes: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def paused(self) -> bool:
        return self._paused

    def hear(self, message: dict[str, Any]) -> None:
        """Take a cancel, a pause or an outcome."""
        if message["type"] == "outcome":
            self.outcomes.put(message)
            return
        self._cancelled = self._cancelled or message["type"] == "cancel"
        self._paused = message.get("paused", self._paused)


class Listener(threading.Thread):
    """Reads the pipe: jobs go into the queue, signals to their job, tasks to the hands; the end of the pipe ends the process."""

    def __init__(self, pipe: Connection) -> None:
        super().__init__(daemon=True)
        self.pipe = pipe
        self.hands: Hands | None = None
        self.answering = Breakable(_end)
        self.jobs: queue.SimpleQueue[tuple[dict[str, Any], JobSignals]] = queue.SimpleQueue()

    def run(self) -> None:
        signals = JobSignals("")
        while True:
            try:
                message = unpack(self.pipe.recv_bytes())
            except (EOFError, OSError):
                _end()
            if message["type"] in ("perform", "answer"):
                signals = JobSignals(message["id"], cancelled=message.get("cancelled", False))
                self.jobs.put((message, signals))
            elif message["type"] in ("task", "drop"):
                # Tasks come only to a worker that has said it is ready; then it has hands.
                if self.hands is not None:
                    self.hands.hear(message)
            elif message["type"] == "withdraw":
                self.answering.break_off(message["id"])
            elif message["id"] == signals.job:
                signals.hear(message)


class Worker:
    """Computes one job after another."""

    def __init__(self, pipe: Connection, registry: Registry, blobs: BlobDirectory, answering: Breakable) -> None:
        self._pipe = pipe
        self._answering = answering
        self._registry = registry
        self._blobs = blobs
        self._table: tuple[str, bytes] | None = None
        self._sending = threading.Lock()

    def work(self, message: dict[str, Any], signals: JobSignals) -> None:
        """Do a job and send its end, whatever happens."""
        job: str = message["id"]
        try:
            if message["type"] == "perform":
                end = self._perform(message, signals)
            else:
                end = self._answering.run(job, lambda: self._answer(message))
        except (StoppedError, Dropped):
            end = {"type": "stopped"}
        except Exception as error:  # noqa: BLE001 - the outermost loop: any fault becomes a problem, the worker lives on
            end = self._failure(error)
        self.send({**end, "id": job})

    def send(self, message: dict[str, Any]) -> None:
        """Send to the server; without one there is no reason to live."""
        data = pack(message)
        try:
            with self._sending:
                self._pipe.send_bytes(data)
        except OSError:
            _end()

    def do_task(self, message: dict[str, Any]) -> bytes:
        """The outcome of a task, in whichever thread."""
        return self._registry.tasks[message["kind"]](message["task"], self._load_table(message["table"]))

    def _perform(self, message: dict[str, Any], signals: JobSignals) -> dict[str, Any]:
        def send_frame(frame: Frame) -> None:
            self.send({"type": "frame", "id": signals.job, "event": frame.model_dump()})

        def acknowledge() -> None:
            self.send({"type": "acknowledged", "id": signals.job})

        # From here on the job may be what ends this process; before, its end has nothing to do with the job.
        self.send({"type": "begun", "id": signals.job})
        began = time.monotonic()
        before = None if message["checkpoint"] is None else read_paused(self._blobs.get(message["checkpoint"]))
        resumed, spent = (None, 0.0) if before is None else (before.checkpoint, before.seconds)
        emit = ThrottledEmit(send_frame, resumed=before is not None)
        control = SignalControl(signals.job, signals, emit, acknowledge, self._share(signals), resumed)
        action = ACTION.validate_python(message["action"])
        parent = self._load_parent(message["parent"], message["other"])
        try:
            result = perform(self._registry, action, parent, self._load_table(message["table"]), emit, control)
        except PausedError as pause:
            seconds = spent + time.monotonic() - began
            return {"type": "paused", "checkpoint": paused_bytes(Paused(pause.checkpoint, seconds))}
        seconds = spent + time.monotonic() - began
        return finished_message(result, seconds)

    def _share(self, signals: JobSignals) -> Callable[[str, Sequence[bytes]], PipeHandout]:
        batches = itertools.count(1)

        def share(kind: str, tasks: Sequence[bytes]) -> PipeHandout:
            return PipeHandout(self.send, signals.outcomes, signals.job, next(batches), kind, tasks)

        return share

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        material = Material(
            revision=message["revision"],
            network=None if message["network"] is None else self._blobs.get(message["network"]),
            table=None if message["table"] is None else self._load_table(message["table"]),
            upload=None if message["upload"] is None else Path(message["upload"]).read_bytes(),
        )
        return {
            "type": "answered",
            "answer": answer(self._registry, read_query(message["query"]), material).model_dump(),
        }

    def _load_parent(self, key: str | None, other: str | None) -> bytes | None:
        if key is None:
            return None
        parent = self._blobs.get(key)
        return parent if other is None else pair(parent, self._blobs.get(other))

    def _load_table(self, reference: dict[str, Any]) -> TableData:
        key: str = reference["key"]
        if self._table is None or self._table[0] != key:
            self._table = (key, self._blobs.get(key))
        columns = tuple(reference["inputs"]), tuple(reference["targets"])
        return TableData(key, self._table[1], *columns, reference["task"], reference["origin"], reference["rows"])

    def _failure(self, error: Exception) -> dict[str, Any]:
        full = disk_full(error)
        known = problem_of(self._registry, error) if full is None else full.problem
        trace = None if known else "".join(traceback.format_exception(error))
        return {"type": "failed", "problem": (known or _fault(error)).model_dump(), "trace": trace}


def _fault(error: Exception) -> Problem:
    if isinstance(error, MemoryError):
        return problem("action_failed", "There is not enough memory for this.", hint="Use fewer rows, nodes or grid intervals.")
    return problem("internal", "The computation ran into a fault of the program; the log has the details.")


def _end() -> NoReturn:
    """End without a word, and with whatever was started: nobody is left to hear of it, or this process is of no use any more."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def main(pipe: Connection, registry_module: str, blob_root: str, device: str) -> None:
    """Run until the server is gone. Entry of the spawned process."""
    # Ctrl-C and service managers reach the whole group; the server decides when its workers end.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    listener = Listener(pipe)
    listener.start()
    # One thread a worker, in NumPy as well: several workers share the processor, and waiting threads take it from them.
    os.environ.update(dict.fromkeys(THREADS, "1"))
    with without_collector():
        registry = load_registry(registry_module)
        registry.warm(device)
    worker = Worker(pipe, registry, BlobDirectory(Path(blob_root)), listener.answering)
    listener.hands = Hands(worker.do_task, worker.send, _end)
    listener.hands.start()
    worker.send({"type": "ready", "id": ""})
    while True:
        worker.work(*listener.jobs.get())
