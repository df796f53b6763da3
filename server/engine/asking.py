"""One question to a worker of the pool: its time limit, and what happens when nobody waits for the answer any more.

Waiting for a worker and computing are counted apart. A question over its time ends its worker, which is replaced; nobody else
is touched. When the one who asked has gone, the worker is told to stop, and is only replaced if it does not.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import structlog

from server.contract.base import Message
from server.contract.problems import Problem, ProblemError, problem
from server.engine.lanes import Request
from server.engine.messages import query_message
from server.engine.patience import Patience
from server.engine.pool import BusyWorkersError, NoWorkersError, WorkerPool
from server.engine.process import WorkerProcess
from server.engine.protocol import QueryJob

_log = structlog.get_logger(__name__)
_names = itertools.count(1)


async def ask(pool: WorkerPool, job: QueryJob[Message], patience: Patience) -> dict[str, Any]:
    """What a worker says to a query.

    Raises:
        ProblemError: `too_slow` when it took longer than the query may, `busy` or `worker_lost` when there was no worker.
    """
    request = Request(job.session, "short", job.query.kind)
    worker = await acquired(pool, request, patience.queue)
    name = f"q.{next(_names)}"
    limit = job.query.seconds * patience.pace
    began = asyncio.get_running_loop().time()
    try:
        worker.send(query_message(job, name))
        async with asyncio.timeout(limit):
            message = await worker.inbox.get()
    except asyncio.CancelledError:
        pool.background(_take_back(pool, worker, request, name, patience.drop))
        raise
    except TimeoutError:
        _log.warning("a question took too long; its worker is replaced", kind=job.query.kind, seconds=limit, pid=worker.pid)
        worker.kill()
        pool.release(worker, request)
        raise ProblemError(too_slow(job, limit)) from None
    except BaseException:
        worker.kill()
        pool.release(worker, request)
        raise
    pool.release(worker, request, seconds=asyncio.get_running_loop().time() - began)
    return message


async def acquired(pool: WorkerPool, request: Request, most: float | None = None) -> WorkerProcess:
    """A worker of the pool, or the problem that there is none."""
    try:
        return await pool.acquire(request, most)
    except NoWorkersError as error:
        hint = "They are started again and again; the server's log says why they end. Try again in a minute."
        raise ProblemError(problem("worker_lost", "The processes that compute do not start.", hint=hint)) from error
    except BusyWorkersError as error:
        detail = f"All processes that compute have been busy for {most:.0f} seconds."
        raise ProblemError(problem("busy", detail, hint="Ask again, or start the server with more workers.")) from error


async def _take_back(pool: WorkerPool, worker: WorkerProcess, request: Request, name: str, patience: float) -> None:
    """Nobody waits for the answer: the worker is free again when it has stopped, and killed when it does not."""
    worker.send({"type": "withdraw", "id": name})
    try:
        async with asyncio.timeout(patience):
            await worker.inbox.get()
    except TimeoutError:
        _log.warning("a worker does not let go of a question; killed", kind=request.kind, pid=worker.pid)
        worker.kill()
    except asyncio.CancelledError:
        worker.kill()
        raise
    finally:
        pool.release(worker, request)


def too_slow(job: QueryJob[Message], limit: float) -> Problem:
    """What the one who asked is told."""
    detail = f"{job.query.title()} took longer than {limit:g} seconds and was stopped. Nothing has changed."
    return problem("too_slow", detail, hint=job.query.remedy)
