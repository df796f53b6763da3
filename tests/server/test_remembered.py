"""Answers are remembered, shared while they are worked on, and problems are not."""

from __future__ import annotations

import asyncio

import pytest

from server.contract.base import Edge
from server.contract.problems import ProblemError, problem
from server.engine.protocol import QueryJob
from server.engine.remembered import RememberingEngine
from server.work.query import CurvesQuery, EdgeDetailQuery, PrimitivesQuery
from tests.server.engines import ANSWER, ScriptedEngine, until

pytestmark = pytest.mark.anyio
JOB = QueryJob(PrimitivesQuery())


async def test_the_same_question_is_worked_on_once() -> None:
    inner = ScriptedEngine()
    engine = RememberingEngine(inner)
    inner.answers.put_nowait(ANSWER)
    assert await asyncio.gather(*(engine.answer(JOB) for _ in range(5))) == [ANSWER] * 5
    assert await engine.answer(JOB) == ANSWER
    assert len(inner.asked) == 1


async def test_other_revisions_and_edges_are_other_questions() -> None:
    inner = ScriptedEngine()
    engine = RememberingEngine(inner)
    jobs = [QueryJob(EdgeDetailQuery(edge=Edge(layer=0, source=s, target=0)), r, r) for s in (0, 1) for r in ("r_1", "r_2")]
    for job in jobs:
        inner.answers.put_nowait(ANSWER)
        await engine.answer(job)
    assert len(inner.asked) == 4


async def test_a_problem_is_not_remembered() -> None:
    inner = ScriptedEngine()
    engine = RememberingEngine(inner)
    inner.answers.put_nowait(ProblemError(problem("worker_lost", "Lost.")))
    with pytest.raises(ProblemError):
        await engine.answer(JOB)
    inner.answers.put_nowait(ANSWER)
    assert await engine.answer(JOB) == ANSWER


async def test_who_goes_away_does_not_take_the_answer_from_others() -> None:
    inner = ScriptedEngine()
    engine = RememberingEngine(inner)
    first, second = asyncio.create_task(engine.answer(JOB)), asyncio.create_task(engine.answer(JOB))
    await asyncio.wait({first, second}, timeout=0)
    first.cancel()
    inner.answers.put_nowait(ANSWER)
    assert await second == ANSWER


async def test_when_all_have_gone_the_question_is_withdrawn_and_asked_anew_by_the_next() -> None:
    inner = ScriptedEngine()
    engine = RememberingEngine(inner)
    asking = [asyncio.create_task(engine.answer(JOB)) for _ in range(2)]
    await until(lambda: len(inner.asked) == 1)
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)
    await until(lambda: inner.withdrawn == 1)
    inner.answers.put_nowait(ANSWER)
    assert await engine.answer(JOB) == ANSWER
    assert len(inner.asked) == 2


async def test_memory_is_bounded_and_large_answers_are_not_kept() -> None:
    inner = ScriptedEngine()
    engine = RememberingEngine(inner, most=1)
    for job in (JOB, QueryJob(EdgeDetailQuery(edge=Edge(layer=0, source=0, target=0))), JOB, QueryJob(CurvesQuery()), JOB):
        inner.answers.put_nowait(ANSWER)
        await engine.answer(job)
    assert [job.query.kind for job in inner.asked] == ["primitives", "edge_detail", "primitives", "curves"]
