"""Share says who can open a link, and no link holds the token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.workbench import Workbench

TOKEN = "token-of-this-test"


@pytest.fixture
def shared_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """A server that other machines may reach."""
    monkeypatch.setenv("KANSCOPE_HOST", "0.0.0.0")
    monkeypatch.setenv("KANSCOPE_TOKEN", TOKEN)
    monkeypatch.setenv("KANSCOPE_ALLOWED_HOSTS", '["127.0.0.1", "lab.example"]')
    server = Serving(tmp_path)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_a_server_of_this_machine_only_says_so_before_a_link_is_copied(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    bench.train()
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_text("This server listens on this machine only.")).to_be_visible()
    expect(dialog.get_by_text("kanscope serve --host 0.0.0.0")).to_be_visible()
    assert violations(page) == [], "the dialog"
    dialog.get_by_role("button", name="Copy").click()
    link: str = page.evaluate("navigator.clipboard.readText()")
    head = server.get(f"/sessions/{bench.session}")["head"]
    assert link == f"{server.address}/s/{bench.session}?rev={head}"


def test_a_server_for_others_gives_the_addresses_they_reach_without_its_token(
    page: Page, context: BrowserContext, shared_server: Serving
) -> None:
    server = shared_server
    page.goto(f"{server.address}/?token={TOKEN}")
    page.get_by_role("button", name=re.compile("Toy: two inputs")).first.click()
    bench = Workbench(page, server)
    bench.expect_revision(0)
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    links = dialog.get_by_role("textbox", name="Link")
    expect(links).to_have_count(2)
    port = server.address.rsplit(":", 1)[1]
    for link, host in zip(links.all(), ("127.0.0.1", "lab.example"), strict=True):
        assert link.input_value().startswith(f"http://{host}:{port}/s/{bench.session}?rev=")
    expect(dialog.get_by_text("asks for its token, which is not part of the link")).to_be_visible()
    assert TOKEN not in page.content()
