"""Browser tests: real Chromium, the built page, a real server with a data folder of its own.

Every error on the page's console, every uncaught exception and every request to another origin fails the test it happens in.
A failing test leaves a screenshot and the server's log in tests/e2e/artifacts.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.chromium import find
from scripts.serving import ROOT, Serving
from tests.e2e.watching import Watch

HERE = Path(__file__).parent
ARTIFACTS = HERE / "artifacts"
STATIC = ROOT / "server/static/index.html"
PATIENCE_MS = 30_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is an e2e test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether the test failed."""
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package", autouse=True)
def built_page() -> None:
    """The page as it would be shipped, built when a source is newer. `make test-e2e` has done it already."""
    sources = [path for path in (ROOT / "frontend/src").rglob("*") if path.is_file()]
    newest = max(path.stat().st_mtime for path in sources)
    if not STATIC.exists() or STATIC.stat().st_mtime < newest:
        npm = shutil.which("npm")
        assert npm, "the page must be built first: make build"
        subprocess.run([npm, "--prefix", "frontend", "run", "build"], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = find()
    assert path, "the browser tests need Chromium: make test-e2e installs it"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The server that most tests share; each has sessions of its own."""
    yield from _serving(tmp_path_factory.mktemp("data"))


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Serving]:
    """A server that the test may kill."""
    yield from _serving(tmp_path)


def _serving(data: Path) -> Iterator[Serving]:
    server = Serving(data)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without memory of other tests."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def watch(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """What the pages of this test complained about; checked at the end."""
    watch = Watch()
    context.on("page", watch.follow)
    yield watch
    if request.node.stash.get(FAILED, False):
        _keep_screenshots(context, request.node.name)
        return
    assert watch.complaints() == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A watched tab."""
    return context.new_page()


def _keep_screenshots(context: BrowserContext, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=ARTIFACTS / f"{name}-{number}.png")
        (ARTIFACTS / f"{name}-{number}.html").write_text(page.content(), encoding="utf-8")
