"""Who may use the server: Host, Origin, token, size of what is sent; and what is sent along with every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.settings import Settings
from tests.server.live import LiveServer

pytestmark = pytest.mark.anyio
TOKEN = "a long random text"


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server as a team has it: with a token, behind a name."""
    settings = Settings(
        host="0.0.0.0", data=tmp_path_factory.mktemp("data"), registry="tests.fakes", token=SecretStr(TOKEN), workers=1,
        upload_bytes=100_000, body_bytes=50_000,
    )  # fmt: skip
    with LiveServer(settings) as server:
        yield server


@pytest.fixture
async def client(live: LiveServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=live.url) as made:
        yield made


@pytest.fixture
async def stranger(secret: LiveServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=secret.url) as made:
        yield made


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "[::2]", "0.0.0.0"])
async def test_a_server_of_this_machine_answers_to_no_other_name(client: httpx.AsyncClient, host: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/v1/sessions"), ("POST", "/api/v1/samples/toy")):
        answer = await client.request(method, path, headers={"Host": host})
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "127.0.0.1:8765", "[::1]:8765", "LOCALHOST", "localhost."])
async def test_it_answers_to_its_own_names(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:1", "http://localhost", ""])
async def test_a_page_of_another_site_can_change_nothing(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post("/api/v1/samples/toy", headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


async def test_a_cross_site_request_without_origin_is_refused_too(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/samples/toy", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_its_own_page_and_scripts_may(live: LiveServer, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/samples/toy", headers={"Origin": live.url})).status_code == 201
    assert (await client.post("/api/v1/samples/toy")).status_code == 201


async def test_a_page_of_another_site_can_open_no_socket(live: LiveServer) -> None:
    session = await live.session()
    address = f"ws://{live.host}/api/v1/sessions/{session.id}/stream"
    for origin in ("http://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, additional_headers={"Origin": origin})
        assert refused.value.response.status_code == 403
    async with live.browser(session.id, additional_headers={"Origin": live.url}) as browser:
        await browser.next()


async def test_an_origin_may_be_allowed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, registry="tests.fakes", workers=1, allowed_origins=["http://page.example:5173"])
    with LiveServer(settings) as server:
        async with server.client() as client:
            headers = {"Origin": "http://page.example:5173"}
            assert (await client.post("/samples/toy", headers=headers)).status_code == 201


async def test_a_server_behind_a_name_still_answers_the_health_check_of_its_own_machine(tmp_path: Path) -> None:
    settings = Settings(
        host="0.0.0.0", data=tmp_path, registry="tests.fakes", workers=1, token=SecretStr(TOKEN), allowed_hosts=["kan.example"]
    )
    with LiveServer(settings) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            hosts = [server.host, "kan.example", "evil.example"]
            answers = [await client.get("/healthz", headers={"Host": host}) for host in hosts]
    assert [answer.status_code for answer in answers] == [200, 200, 403]


@pytest.mark.parametrize("token", ["", " ", " spaced ", "a\nb", "ключ"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    with pytest.raises(ValidationError, match="long random text"):
        Settings(token=SecretStr(token))


async def test_without_the_token_nothing_but_health_is_told(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/healthz")).status_code == 200
    for path in ("/api/v1/sessions", "/metrics", "/api/v1/openapi.json", "/assets/x.js", "/"):
        answer = await stranger.get(path)
        assert answer.status_code == 401
        assert answer.json()["code"] == "unauthorised"
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_person_without_the_token_reads_what_to_do(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert "?token=" in answer.text


@pytest.mark.parametrize("value", ["Bearer wrong", f"Basic {TOKEN}", "Bearer", "", f"Bearer {TOKEN}x", "Bearer ÿ"])
async def test_a_wrong_token_is_refused(stranger: httpx.AsyncClient, value: str) -> None:
    answer = await stranger.get("/api/v1/sessions", headers={"Authorization": value.encode("latin-1")})
    assert answer.status_code == 401


async def test_the_right_token_opens(stranger: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert (await stranger.get("/api/v1/sessions", headers=headers)).status_code == 200


async def test_the_address_with_the_token_logs_in_and_leaves_it_out_of_the_address(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/s/abc", params={"token": TOKEN, "edge": "0-1-0"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/s/abc?edge=0-1-0"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await stranger.get("/api/v1/sessions")).status_code == 200


async def test_a_login_never_leads_to_another_site(secret: LiveServer, stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get(f"{secret.url}//evil.example/", params={"token": TOKEN})
    assert answer.headers["location"] == "/evil.example/"


async def test_a_wrong_token_in_the_address_does_not_log_in(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/", params={"token": "wrong"})).status_code == 401


async def test_a_socket_needs_the_token(secret: LiveServer) -> None:
    address = f"ws://{secret.host}/api/v1/sessions/s_1/stream"
    with pytest.raises(InvalidStatus) as refused:
        await connect(address)
    assert refused.value.response.status_code == 401
    async with connect(address, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
        await socket.wait_closed()
        assert socket.close_code == 1008


async def test_a_body_announced_too_large_is_refused_before_it_is_sent(stranger: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = await stranger.post("/api/v1/sessions", content=b" " * 60_000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("path", "size"), [("/api/v1/sessions", 60_000), ("/api/v1/datasets", 300_000)])
async def test_a_body_that_grows_too_large_is_refused_on_the_way(stranger: httpx.AsyncClient, path: str, size: int) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        for _ in range(size // 1000):
            yield b" " * 1000
        yield b"\r\n--b--\r\n"

    kind = "application/json" if path.endswith("sessions") else "multipart/form-data; boundary=b"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    answer = await stranger.post(path, content=chunks(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_an_upload_within_its_bound_may_be_larger_than_other_bodies(stranger: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = await stranger.post("/api/v1/datasets", files={"file": ("t.csv", b"1" * 90_000)}, headers=headers)
    assert answer.status_code == 201


async def test_every_answer_forbids_what_the_page_does_not_need(client: httpx.AsyncClient) -> None:
    for path in ("/", "/healthz", "/api/v1/none"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-request-id"]
