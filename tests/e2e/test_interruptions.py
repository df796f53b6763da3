"""Reload, lost workers, lost connections and a killed server: training outlives all but the last, and nothing saved is lost."""

from __future__ import annotations

import os
import re
import signal

from playwright.sync_api import BrowserContext, Page, expect

from scripts.serving import Serving
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

LARGE = [2, 16, 16, 1]
"""Trains for a minute."""
MEDIUM = [2, 12, 12, 1]
"""Trains for some seconds."""
LONG_MS = 120_000


def test_a_reload_during_training_returns_to_the_same_running_action(page: Page, server: Serving) -> None:
    bench = Workbench.with_shape(page, server, LARGE)
    bench.start_training()
    page.reload()
    bench.expect_progress()
    bench.cancel()
    bench.expect_revision(1)
    assert server.get(f"/sessions/{bench.session}")["revision"]["outcome"] == "cancelled"


def test_training_goes_on_in_another_worker_when_its_worker_is_killed(page: Page, own_server: Serving) -> None:
    bench = Workbench.with_shape(page, own_server, MEDIUM)
    bench.start_training()
    for pid in own_server.workers():
        os.kill(pid, signal.SIGKILL)
    expect(page.get_by_role("region", name="Messages").get_by_role("status")).to_contain_text("again")
    expect(page.get_by_text("revision 1 · saved")).to_be_visible(timeout=LONG_MS)
    assert own_server.get(f"/sessions/{bench.session}")["revision"]["outcome"] == "done"


def test_a_dropped_connection_resumes_without_loss(page: Page, context: BrowserContext, watch: Watch, server: Serving) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|WebSocket connection")
    bench = Workbench.from_sample(page, server)
    context.set_offline(True)
    server.request("POST", f"/sessions/{bench.session}/actions?wait=true", {"kind": "train"})
    context.set_offline(False)
    bench.expect_revision(1)
    expect(page.get_by_text("live", exact=True)).to_be_visible()


def test_a_killed_server_keeps_every_revision_and_says_what_was_lost(page: Page, watch: Watch, own_server: Serving) -> None:
    watch.expect("ERR_CONNECTION_REFUSED|WebSocket connection|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    bench = Workbench.with_shape(page, own_server, LARGE)
    lock = {"kind": "lock", "edges": [{"layer": 0, "source": 0, "target": 0}]}
    own_server.request("POST", f"/sessions/{bench.session}/actions?wait=true", lock)
    bench.expect_revision(1)
    bench.start_training()
    own_server.kill()
    expect(page.get_by_role("button", name=re.compile("reconnecting|offline"))).to_be_visible()

    own_server.start()
    expect(page.get_by_role("region", name="Messages").get_by_role("status")).to_contain_text(re.compile("interrupted|lost"))
    bench.expect_revision(1)
    assert len(own_server.get(f"/sessions/{bench.session}")["history"]) == 2
