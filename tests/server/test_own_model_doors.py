"""The same formula on the same rows through every door: the same constants, errors and measures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kan_core.estimator.formula_regressor import FormulaRegressor
from kan_core.fitting.formula import FormulaFit, fit_formula, read_model
from server.contract.model_draft import DraftAnswer
from server.contract.rest import ActionReceipt
from server.fit.job import answer_to
from server.fit.request import FitRequest
from server.settings import Settings
from tests.kan_core.fitting.puromycin import CSV, INPUTS, LABELS, NAMES, RATES
from tests.server.live import LiveServer

pytestmark = pytest.mark.anyio
MODEL = "Vm[state]*conc/(K + conc)"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=tmp_path_factory.mktemp("data"))) as server:
        yield server


def numbers(fit: FormulaFit) -> list[float | None]:
    each = [(constant.value, constant.standard_error) for constant in fit.constants]
    return [*(number for pair in each for number in pair), fit.rss, fit.r2, fit.aic, fit.bic, *fit.correlation.ravel().tolist()]


async def test_every_door_gives_the_same_numbers(real: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "puromycin.csv"
    file.write_text(CSV)
    made = fit_formula(read_model(MODEL, NAMES, "rate", labels=LABELS), INPUTS, RATES)
    wanted = numbers(made)

    estimator = FormulaRegressor("Vm[x1]*x0/(K + x0)").fit(INPUTS, RATES)
    assert numbers(estimator.fit_) == pytest.approx(wanted, rel=1e-7)

    request = FitRequest(file, "rate", MODEL, (), (), (), None, None, 0, profile=("K",))
    command = answer_to(request)
    told = [number for each in command.constants for number in (each.value, each.standard_error)]
    told += [command.rss, command.r2, command.aic, command.bic, *(number for row in command.correlation for number in row)]
    assert told == pytest.approx(wanted, rel=1e-7)
    profile = made.profile("K")
    assert (command.constants[2].low, command.constants[2].high) == pytest.approx((profile.low, profile.high), rel=1e-6)

    async with real.client() as client:
        dataset = (await client.post("/datasets", files={"file": ("puromycin.csv", CSV.encode())})).json()["id"]
        body = {"dataset": dataset, "inputs": ["conc", "state"], "targets": ["rate"]}
        session = (await client.post("/sessions", json=body)).json()["id"]
        asked = {"formula": MODEL, "fit": True, "find_starts": True, "profiles": ["K"], "prices": True}
        answer = await client.post(f"/sessions/{session}/model-draft", json=asked)
        draft = DraftAnswer.model_validate_json(answer.text)
        assert draft.result is not None
        told = [number for each in draft.constants for number in (each.value, each.standard_error)]
        told += [draft.result.rss, draft.result.r2, draft.result.aic, draft.result.bic]
        told += [number for row in draft.result.correlation for number in row]
        assert told == pytest.approx(wanted, rel=1e-7)
        assert (draft.profiles[0].low, draft.profiles[0].high) == pytest.approx((profile.low, profile.high), rel=1e-6)
        assert draft.rows is not None
        assert draft.rows.leverage == pytest.approx(made.leverage.tolist())
        assert {price.name: price.loss_one for price in draft.prices}["Vm"] == pytest.approx(command.prices[0].rss_one)

        taken = {"kind": "from_formula", "formulas": [MODEL]}
        done = await client.post(f"/sessions/{session}/actions?wait=true", json=taken)
        revision = ActionReceipt.model_validate_json(done.text).revision
        assert revision is not None
        assert revision.message is not None
        assert revision.message.startswith(
            "Fitted to all 23 rows: Vm[treated] = 208.6 ± 5.8, Vm[untreated] = 166.6 ± 5.8, K = 0.05797"
        )

        wrong = await client.post(f"/sessions/{session}/model-draft", json={"formula": "Vm[colour]*conc"})
        assert (wrong.status_code, wrong.json()["position"]) == (200, 4)
        too_many = {"formula": "K*conc", "points": 10_000}
        assert (await client.post(f"/sessions/{session}/model-draft", json=too_many)).status_code == 422
