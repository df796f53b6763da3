"""Everything a request may need, made at start and closed at the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from server.api.metrics import Metrics
from server.engine.local import LocalEngine
from server.engine.patience import Patience
from server.engine.process import WorkerSettings
from server.engine.protocol import Engine
from server.engine.remembered import RememberingEngine
from server.sessions.holding import Patience as HoldingPatience
from server.sessions.registry import SessionRegistry
from server.settings import Settings
from server.store.database import UnusableDatabaseError
from server.store.disk import DiskFullError
from server.store.housekeeping import Housekeeper
from server.store.lock import DataInUseError, DataLock
from server.store.store import Store

_START_HINT = "Make room on it and start again, or give another folder with --data."


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running server."""

    settings: Settings
    store: Store
    engine: Engine
    sessions: SessionRegistry
    metrics: Metrics
    lock: DataLock
    housekeeper: Housekeeper
    keeping_house: asyncio.Task[None]


async def why_not(settings: Settings) -> str | None:
    """Make the data folder ready; why this program cannot serve what is in it, in a sentence, or None when it can."""
    store = Store(settings.data, settings.database_url)
    lock = DataLock(settings.data)
    try:
        lock.take()
        try:
            await store.open()
        finally:
            lock.give_back()
    except (UnusableDatabaseError, DataInUseError) as error:
        return str(error)
    except DiskFullError as error:
        return f"{error.problem.detail} {_START_HINT}"
    finally:
        await store.close()
    return None


async def open_services(settings: Settings) -> Services:
    """Lock the data folder, open the store, warm the workers in the background."""
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = DataLock(settings.data)
    lock.take()
    store = Store(settings.data, settings.database_url)
    await store.open()
    processes = WorkerSettings(settings.registry, store.blob_root, settings.device)
    workers = LocalEngine(processes, settings.workers, Patience(pace=settings.question_pace))
    engine = RememberingEngine(workers)
    metrics = Metrics()
    patience = HoldingPatience(settings.paused_minutes * 60, settings.paused_actions)
    sessions = SessionRegistry(store, engine, metrics, settings.loaded_sessions, patience)
    metrics.watch(sessions)
    metrics.watch_workers(engine)
    workers.start()
    await sessions.take_up_paused()
    housekeeper = Housekeeper(store, settings.undo_seconds)
    return Services(settings, store, engine, sessions, metrics, lock, housekeeper, asyncio.create_task(housekeeper.run()))


async def close_services(services: Services) -> None:
    """Let running actions keep their best state if they end soon; then close everything."""
    services.keeping_house.cancel()
    await asyncio.wait({services.keeping_house})
    await services.sessions.close(services.settings.closing_seconds)
    await services.engine.close()
    await services.store.close()
    services.lock.give_back()


def services_of(connection: HTTPConnection) -> Services:
    """The services of the app that answers this request."""
    return cast(Services, connection.app.state.services)


ServicesHere = Annotated[Services, Depends(services_of)]
