"""What a person sets of the constants stays through everything that can be done to a model, over REST."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from server.contract.rest import ActionReceipt, FormulaConstants
from server.contract.views import RevisionView, SessionView
from server.settings import Settings
from tests.server.live import LiveServer

pytestmark = pytest.mark.anyio
LAW = "2*p*sqrt(L/g) + t0 + b*k^2"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=tmp_path_factory.mktemp("data"))) as server:
        yield server


def pendulum() -> bytes:
    """Periods of a pendulum with a clock that starts late."""
    random = np.random.default_rng(3)
    length, kicked = random.uniform(0.2, 3, 60), random.uniform(0, 1, 60)
    period = 2 * np.pi * np.sqrt(length / 9.7) + 0.3 + 0.1 * kicked**2 + 0.002 * random.normal(size=60)
    rows = np.column_stack([length, kicked, period])
    return "\n".join(["L,k,T", *(",".join(map(repr, row)) for row in rows.tolist())]).encode()


class Walk:
    """A session, action after action."""

    def __init__(self, client: httpx.AsyncClient, session: SessionView) -> None:
        self.client = client
        self.path = f"/sessions/{session.id}"

    async def do(self, kind: str, **action: Any) -> RevisionView:
        answer = await self.client.post(f"{self.path}/actions?wait=true", json={"kind": kind, **action})
        receipt = ActionReceipt.model_validate_json(answer.text)
        assert receipt.revision is not None, answer.text
        return receipt.revision

    async def constants(self) -> FormulaConstants:
        return FormulaConstants.model_validate_json((await self.client.get(f"{self.path}/constants")).text)

    async def check(self, after: str) -> None:
        """g is fixed, p is pi, and t0 keeps to its bounds."""
        known = {each.name: each for each in (await self.constants()).constants}
        assert {"g", "p", "t0"} <= set(known), f"after {after}: {list(known)}"
        assert (known["g"].state, known["g"].value) == ("fixed", 9.81), after
        assert (known["p"].state, known["p"].symbol, known["p"].value) == ("exact", "pi", math.pi), after
        assert (known["t0"].state, known["t0"].low, known["t0"].high) == ("free", 0.0, 0.25), after
        assert 0 <= known["t0"].value <= 0.25, after


async def test_what_is_set_of_constants_is_there_after_every_action(real: LiveServer) -> None:
    async with real.client() as client:
        dataset = (await client.post("/datasets", files={"file": ("t.csv", pendulum())})).json()["id"]
        body = {"dataset": dataset, "inputs": ["L", "k"], "targets": ["T"]}
        walk = Walk(client, SessionView.model_validate_json((await client.post("/sessions", json=body)).text))
        begun = [{"name": "p", "value": 3.14}, {"name": "g", "value": 9.81}, {"name": "t0", "value": 0.2}]
        begun.append({"name": "b", "value": 0.05})
        await walk.do("from_formula", formulas=[LAW], constants=begun)
        changes = [
            {"name": "g", "state": "fixed"},
            {"name": "p", "exact": "pi"},
            {"name": "t0", "bounds": {"low": 0, "high": 0.25}},
        ]
        await walk.do("set_constants", changes=changes)
        await walk.check("set_constants")
        for kind, action in (("train", {"steps": 20}), ("refit", {})):
            await walk.do(kind, **action)
            await walk.check(kind)
        # The edge of k is given back to a spline and accepted again; what was set stands on the other one.
        edge = {"layer": 0, "source": 1, "target": 0}
        await walk.do("set_spline", edge=edge)
        accepted = await walk.do("set_symbolic", edge=edge, primitive="x^2")
        await walk.check("accept")
        await walk.do("prune", edges=[edge])
        await walk.check("prune")
        # Halves of the same numbers are these numbers; weights that are fitted would be numbers of their own.
        await walk.do("merge", revision=accepted.id, weights="equal")
        await walk.check("merge")
        exported = (await client.get(f"{walk.path}/export/sympy")).text
        assert "pi*" in exported, exported
        assert "9.81" in exported, exported
