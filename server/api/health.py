"""Is the process alive, can it work, what has it done."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from server.api.services import ServicesHere
from server.contract.rest import Health, WorkersView
from server.version import VERSION

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The server answers."""
    return Health(status="ok", version=VERSION)


@router.get("/readyz", responses={503: {"model": Health}})
async def readyz(services: ServicesHere, response: Response) -> Health:
    """The database answers and a worker is alive and warm; 503 while none is. How many of how many there are is said, too."""
    await services.store.database.check()
    workers = services.engine.workers
    view = WorkersView(ready=workers.ready, size=workers.size, failed_starts=workers.failed_starts)
    if workers.ready:
        return Health(status="ok", version=VERSION, workers=view)
    response.status_code = 503
    return Health(status="failing" if workers.failed_starts else "starting", version=VERSION, workers=view)


@router.get("/metrics", response_class=Response)
async def metrics(services: ServicesHere) -> Response:
    """Figures in Prometheus' text format."""
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)
