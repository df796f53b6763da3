"""What is kept and what room is left."""

from __future__ import annotations

from fastapi import APIRouter

from server.api.deps import ERRORS
from server.api.services import ServicesHere
from server.contract.storage import Storage

router = APIRouter(prefix="/api/v1", tags=["storage"], responses=ERRORS)


@router.get("/storage")
async def storage(services: ServicesHere) -> Storage:
    """What all sessions and datasets take together, and the free space of their disk."""
    return await services.store.storage(services.settings.undo_seconds)
