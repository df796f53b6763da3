"""One worker process as the server sees it: spawn, send, receive, kill. Used by the local pool only."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.contract.coding import pack, unpack
from server.engine import worker
from server.engine.hands import TASK_REPLIES

LOST: dict[str, Any] = {"type": "lost", "id": ""}


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What every worker is started with."""

    registry: str
    blobs: Path
    device: str = "cpu"


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
        context = multiprocessing.get_context("spawn")
        self._pipe, self._far_end = context.Pipe(duplex=True)
        arguments = (self._far_end, settings.registry, str(settings.blobs), settings.device)
        self._process = context.Process(target=worker.main, args=arguments, daemon=True, name="kanscope-worker")
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._replies: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.alive = True
        self.ready = False

    @property
    def pid(self) -> int | None:
        """Process id, once started."""
        return self._process.pid

    async def start(self) -> None:
        """Spawn. The process tells by itself when it is ready."""
        await asyncio.to_thread(self._spawn)
        threading.Thread(target=self._listen, daemon=True, name="kanscope-worker-pipe").start()

    def send(self, message: dict[str, Any]) -> None:
        """Send; to a process that has ended this does nothing, its loss is told otherwise."""
        try:
            self._pipe.send_bytes(pack(message))
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
        if self._process.pid is not None:
            self._process.kill()
            _kill_group(self._process.pid)

    async def ended(self) -> None:
        """Wait until the process, and whatever it had started, is gone and its resources are given back."""
        if self._process.pid is not None:
            # Its id is not given to another process before it is joined.
            _kill_group(self._process.pid)
        await asyncio.to_thread(self._process.join)
        self._process.close()
        self._pipe.close()

    def _spawn(self) -> None:
        # The one module of `kan_core` that is no numerics; imported here, as the server's modules know nothing of that package.
        from kan_core.own_code import own_code_only

        # Blocked signals stay blocked in the child: Ctrl-C cannot hit it while it still starts.
        block = getattr(signal, "pthread_sigmask", None)
        former = block(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM}) if block else None
        try:
            with own_code_only():
                self._process.start()
        finally:
            if block:
                block(signal.SIG_SETMASK, former)
        # Only the child holds this end now, so its death ends the pipe.
        self._far_end.close()

    def _listen(self) -> None:
        try:
            while True:
                self._tell(self._receive, unpack(self._pipe.recv_bytes()))
        except (EOFError, OSError):
            self._tell(self._lose)

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
