"""A paused training leaves its worker to others, is there again after a reload and a killed server, and goes on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

LARGE = [2, 16, 16, 1]
"""Trains for a minute."""
HELD = re.compile(r"^Paused at step \d+ of 60; the worker is free for others$")


def test_a_paused_training_frees_its_worker_outlives_reload_and_server_and_goes_on(
    page: Page, watch: Watch, own_server: Serving
) -> None:
    watch.expect("ERR_CONNECTION_REFUSED|WebSocket connection|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    bench = Workbench.with_shape(page, own_server, LARGE)
    bench.start_training()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(HELD)).to_be_visible()
    assert violations(page) == []

    page.reload()
    expect(page.get_by_text(HELD)).to_be_visible()
    running = own_server.get(f"/sessions/{bench.session}")["running"]
    assert (running["paused"], running["held"]) == (True, True)
    other = own_server.request("POST", "/samples/toy")["id"]
    body = {"dataset": other, "inputs": ["x", "y"], "targets": ["z"], "shape": [2, 2, 1]}
    elsewhere = own_server.request("POST", "/sessions", body)["id"]
    made = own_server.request("POST", f"/sessions/{elsewhere}/actions?wait=true", {"kind": "train", "steps": 5})
    assert made["state"] == "done"

    own_server.kill()
    expect(page.get_by_role("button", name=re.compile("reconnecting|offline"))).to_be_visible()
    own_server.start()
    expect(page.get_by_text(HELD)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(HELD)).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    bench.expect_revision(1)
    revision = own_server.get(f"/sessions/{bench.session}")["revision"]
    assert revision["outcome"] == "cancelled"
    assert "the best state so far is kept" in revision["message"]
