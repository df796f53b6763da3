"""Datasets and samples."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from server.api.asking import AskerHere
from server.api.deps import ERRORS
from server.api.services import Services, ServicesHere
from server.contract.problems import ProblemError
from server.contract.rest import CreateEquations, DatasetRows
from server.contract.storage import DatasetList
from server.contract.views import DatasetView, SampleView
from server.engine.protocol import QueryJob, TableRef
from server.sessions.damage import damaged_dataset
from server.sessions.problems import no_such_dataset, storing
from server.store.datasets import StoredDataset
from server.work.query import (
    EquationTableQuery,
    ReadTableQuery,
    SampleListQuery,
    SampleQuery,
    TableAnswer,
    TableRowsQuery,
)

router = APIRouter(prefix="/api/v1", tags=["datasets"], responses=ERRORS)
_NOTHING_KEPT = "Nothing of this table was kept; everything else is as it was."


@router.post("/datasets", status_code=201)
async def upload(
    asker: AskerHere,
    services: ServicesHere,
    response: Response,
    file: Annotated[UploadFile, File(description="A CSV, TSV or other delimited text file.")],
    delimiter: Annotated[str | None, Form(max_length=8, description="Detected when absent.")] = None,
    decimal: Annotated[str | None, Form(max_length=1, description="'.' or ','; detected when absent.")] = None,
    header: Annotated[bool | None, Form(description="Whether the first line names the columns; detected when absent.")] = None,
) -> DatasetView:
    """Read a table and keep it. The view says per column what was found and what to do about it."""
    name = Path(file.filename or "table").name[:200] or "table"
    query = ReadTableQuery(filename=name, delimiter=delimiter, decimal=decimal, header=header)
    with storing(_NOTHING_KEPT):
        copy = await asyncio.to_thread(services.store.blobs.receive, file.file)
    try:
        answer = await asker.wait_for(services.engine.answer(QueryJob(query, upload=copy)))
    finally:
        copy.unlink(missing_ok=True)
    return await _keep(services, response, answer)


@router.post("/equations", status_code=201)
async def equations(asker: AskerHere, services: ServicesHere, response: Response, body: CreateEquations) -> DatasetView:
    """Keep equations as a dataset of points with the equations written on it; a session on it solves them."""
    answer = await asker.wait_for(services.engine.answer(QueryJob(EquationTableQuery(problem=body))))
    return await _keep(services, response, answer)


@router.get("/datasets")
async def list_datasets(
    services: ServicesHere,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=200, description="`next` of the former page.")] = None,
    deleted: Annotated[bool, Query(description="Those that were deleted and can be restored.")] = False,
) -> DatasetList:
    """Datasets, newest first, with what they take and the sessions on them."""
    found, following = await services.store.datasets.page(limit, after, deleted=deleted)
    return DatasetList(datasets=found, next=following)


@router.get("/datasets/{dataset_id}")
async def dataset(services: ServicesHere, dataset_id: str) -> DatasetView:
    """What is known of a dataset."""
    return (await _find(services, dataset_id)).view


@router.get("/datasets/{dataset_id}/rows")
async def rows(
    asker: AskerHere,
    services: ServicesHere,
    dataset_id: str,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> DatasetRows:
    """A page of its rows."""
    found = await _find(services, dataset_id)
    query = QueryJob(TableRowsQuery(offset=offset, limit=limit), table=TableRef(found.table_key))
    try:
        return await asker.wait_for(services.engine.answer(query))
    except ProblemError as error:
        if error.problem.blob == found.table_key:
            raise ProblemError(damaged_dataset(error.problem, found.view)) from error
        raise


@router.delete("/datasets/{dataset_id}", status_code=204)
async def delete_dataset(
    services: ServicesHere,
    dataset_id: str,
    with_sessions: Annotated[bool, Query(description="The sessions on it, too; without it a dataset in use is refused.")] = False,
) -> None:
    """Delete a dataset, so that it can be restored for a while."""
    await services.sessions.delete_dataset(dataset_id, with_sessions=with_sessions)
    services.housekeeper.expect()


@router.post("/datasets/{dataset_id}/restore")
async def restore_dataset(services: ServicesHere, dataset_id: str) -> DatasetView:
    """Bring back a deleted dataset, and the sessions that were deleted with it."""
    return await services.sessions.restore_dataset(dataset_id)


@router.get("/samples")
async def samples(asker: AskerHere, services: ServicesHere) -> list[SampleView]:
    """The sample gallery."""
    return (await asker.wait_for(services.engine.answer(QueryJob(SampleListQuery())))).samples


@router.post("/samples/{name}", status_code=201)
async def take_sample(asker: AskerHere, services: ServicesHere, response: Response, name: str) -> DatasetView:
    """Keep a sample as a dataset, roles suggested."""
    answer = await asker.wait_for(services.engine.answer(QueryJob(SampleQuery(name=name))))
    return await _keep(services, response, answer)


async def _keep(services: Services, response: Response, answer: TableAnswer) -> DatasetView:
    with storing(_NOTHING_KEPT):
        view = await services.store.datasets.put(answer.view, answer.content)
    response.headers["Location"] = f"/api/v1/datasets/{view.id}"
    return view


async def _find(services: Services, identity: str) -> StoredDataset:
    found = await services.store.datasets.get(identity)
    if found is None:
        raise ProblemError(no_such_dataset(identity))
    return found
