"""The frontend's files: cached when their name carries a hash, one page for all addresses, a clear word when unbuilt."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException

from server.api.pages import FrontendFiles

pytestmark = pytest.mark.anyio


def client(folder: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=FrontendFiles(folder)), base_url="http://localhost")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text("1")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "index.html").write_text("<title>Kanscope</title>")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


async def test_files_with_a_hash_are_kept_for_ever_and_others_asked_for_anew(built: Path) -> None:
    async with client(built) as page:
        assert "immutable" in (await page.get("/assets/index-1a2b.js")).headers["cache-control"]
        assert (await page.get("/favicon.svg")).headers["cache-control"] == "no-cache"
        assert (await page.get("/")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/s/s_1", "/s/s_1/r_2", "/anything"])
async def test_every_address_of_the_page_is_the_page(built: Path, path: str) -> None:
    async with client(built) as page:
        assert "Kanscope" in (await page.get(path)).text


async def test_nothing_outside_the_folder_is_given_out(built: Path) -> None:
    async with client(built) as page:
        for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
            with pytest.raises(Exception, match="404"):
                await page.get(path)


@pytest.mark.parametrize("folder", [".", "never made"])
async def test_an_unbuilt_page_says_how_to_build_it(tmp_path: Path, folder: str) -> None:
    async with client(tmp_path / folder) as page:
        answer = await page.get("/")
        with pytest.raises(HTTPException, match="404"):
            await page.get("/assets/index-1a2b.js")
    assert answer.status_code == 503
    assert "make build" in answer.text
