"""One worker process as the server sees it: spawn, send, receive, kill. Used by the local pool only.

However it ends, the pool is told once: by the end of the pipe, by something in the pipe that is no message (a worker that writes
such a thing is killed), or because the system does not start it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import structlog

from server.contract.coding import CodingError, pack, unpack
from server.engine import worker
from server.engine.hands import TASK_REPLIES

_log = structlog.get_logger(__name__)

LOST: dict[str, Any] = {"type": "lost", "id": ""}
_LAST_WORDS = 5.0
"""Seconds that the pipe of a process that has ended may still be read: what it had written is read in a moment."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What every worker is started with."""

    registry: str
    blobs: Path
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class _Running:
    """What there is once the system has started it."""

    process: SpawnProcess
    pipe: Connection
    listener: threading.Thread


class WorkerProcess:
    """A spawned process and the pipe to it.

    `inbox` receives the messages of the job that runs, `reply` waits for what became of a task; both end with `LOST` when the
    process has ended. `on_ready` and `on_lost` tell the pool; all are called in the event loop.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        on_ready: Callable[[WorkerProcess], None],
        on_lost: Callable[[WorkerProcess], None],
    ) -> None:
        self._on_ready = on_ready
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._settings = settings
        self._running: _Running | None = None
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._replies: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.alive = True
        self.ready = False

    @property
    def pid(self) -> int | None:
        """Process id, once started."""
        return None if self._running is None else self._running.process.pid

    async def start(self) -> None:
        """Spawn. The process tells by itself when it is ready; one that the system does not start is lost like any other."""
        try:
            await asyncio.to_thread(self._spawn)
        except (OSError, RuntimeError) as error:
            # No process, file or thread is left for it now; there may be later.
            _log.warning("the system does not start a worker", reason=str(error))
            self._lose()

    def send(self, message: dict[str, Any]) -> None:
        """Send; to a process that has ended this does nothing, its loss is told otherwise."""
        if self._running is None:
            return
        try:
            self._running.pipe.send_bytes(pack(message))
        except OSError:
            self.alive = False

    async def reply(self, task: str) -> dict[str, Any]:
        """What became of a task that was sent just now."""
        if not self.alive:
            return LOST
        self._replies[task] = asyncio.get_running_loop().create_future()
        try:
            return await self._replies[task]
        finally:
            del self._replies[task]

    def kill(self) -> None:
        """End it at once; the pool hears of it when the pipe ends."""
        self.alive = False
        if self._running is not None and self._running.process.pid is not None:
            self._running.process.kill()
            _kill_group(self._running.process.pid)

    async def ended(self) -> None:
        """Wait until the process, and whatever it had started, is gone and its resources are given back."""
        if self._running is None:
            return
        running, self._running = self._running, None
        if running.process.pid is not None:
            # Its id is not given to another process before it is joined.
            _kill_group(running.process.pid)
        await asyncio.to_thread(running.process.join)
        running.process.close()
        # Not under the hands of whoever reads it: the number of a closed pipe is given to the next one that is opened.
        await asyncio.to_thread(running.listener.join, _LAST_WORDS)
        if not running.listener.is_alive():
            running.pipe.close()

    def _spawn(self) -> None:
        # The one module of `kan_core` that is no numerics; imported here, as the server's modules know nothing of that package.
        from kan_core.own_code import own_code_only

        context = multiprocessing.get_context("spawn")
        pipe, far_end = context.Pipe(duplex=True)
        arguments = (far_end, self._settings.registry, str(self._settings.blobs), self._settings.device)
        process = context.Process(target=worker.main, args=arguments, daemon=True, name="kanscope-worker")
        listener = threading.Thread(target=self._listen, args=(pipe,), daemon=True, name="kanscope-worker-pipe")
        # Blocked signals stay blocked in the child: Ctrl-C cannot hit it while it still starts.
        block = getattr(signal, "pthread_sigmask", None)
        former = block(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM}) if block else None
        try:
            with own_code_only():
                process.start()
            self._running = _Running(process, pipe, listener)
            listener.start()
        except BaseException:
            self._running = None
            if process.pid is not None:
                process.kill()
                process.join()
            pipe.close()
            raise
        finally:
            if block:
                block(signal.SIG_SETMASK, former)
            # Only the child holds this end now, so its death ends the pipe.
            far_end.close()

    def _listen(self, pipe: Connection) -> None:
        try:
            while True:
                self._tell(self._receive, unpack(pipe.recv_bytes()))
        except (EOFError, OSError):
            self._tell(self._lose)
        except CodingError:
            _log.warning("a worker wrote what is no message; killed", pid=self.pid)
            self._tell(self._silence)

    def _tell(self, callback: Callable[..., None], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _receive(self, message: dict[str, Any]) -> None:
        if message["type"] == "ready":
            self.ready = True
            self._on_ready(self)
        elif message["type"] in TASK_REPLIES:
            self._settle(message["id"], message)
        else:
            self.inbox.put_nowait(message)

    def _settle(self, task: str, message: dict[str, Any]) -> None:
        """Whoever waited for it may be gone."""
        reply = self._replies.get(task)
        if reply is not None and not reply.done():
            reply.set_result(message)

    def _silence(self) -> None:
        """Nothing it says can be understood any more."""
        self.kill()
        self._lose()

    def _lose(self) -> None:
        self.alive = False
        self.inbox.put_nowait(LOST)
        for task in list(self._replies):
            self._settle(task, LOST)
        self._on_lost(self)


def _kill_group(leader: int) -> None:
    """Kill what a worker has started; the worker leads a group of its own."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError, AttributeError):
        return
