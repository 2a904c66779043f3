from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket

from moof.server.auth.access import AccessRules, access_rules, page_address
from moof.server.auth.tokens import Tokens
from moof.server.config.options import Certificate, ListenOptions
from moof.server.http.access_middleware import SECURITY_HEADERS, AccessMiddleware
from moof.server.http.body_limits import MAX_BODY, BodyLimits

RULES = AccessRules("127.0.0.1", page_port=8080)
HERE = "localhost:8080"
SIGNALLING = "localhost:8090"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


APP = AccessMiddleware(
    Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), WebSocketRoute("/ws", greet)]), RULES
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
        yield client


async def websocket_answer(headers: dict[str, str]) -> str:
    """Knock with a WebSocket handshake and return the type of the first ASGI message that comes back."""
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        answers.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "path": "/ws", "headers": raw, "query_string": b"", "subprotocols": []}
    await APP(scope, receive, send)
    return str(answers[0]["type"])


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080", "[::1]"]
)
async def test_our_own_names_are_let_in_on_any_port(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/", headers={"host": host})
    assert response.status_code == 200
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8080", "", "[", "a b"]
)
async def test_other_names_are_turned_away(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/", headers={"host": host})
    assert response.status_code == 403
    assert "address" in response.json()["detail"]
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (HERE, None),
        (HERE, "http://localhost:8080"),
        (SIGNALLING, "http://localhost:8080"),
        ("localhost:9999", "http://localhost:9999"),  # the port of an ssh tunnel
        ("[::1]:8090", "http://[::1]:8080"),
    ],
)
async def test_our_pages_may_act(client: httpx.AsyncClient, host: str, origin: str | None) -> None:
    headers = {"host": host} | ({"origin": origin} if origin else {})
    assert (await client.post("/", headers=headers)).status_code == 200
    assert await websocket_answer(headers) == "websocket.accept"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (HERE, "http://evil.example"),
        (HERE, "https://localhost.evil.example:8080"),
        (HERE, "http://localhost:3000"),
        (HERE, "http://localhost"),
        (HERE, "null"),
        (HERE, ""),
        (HERE, "http://localhost:x"),
        (HERE, "http://[:8080"),
        (HERE, "ftp://localhost:8080"),
        (HERE, "http://127.0.0.1:8080"),
        ("evil.example:8080", "http://evil.example:8080"),
    ],
)
async def test_foreign_pages_may_not_act(client: httpx.AsyncClient, host: str, origin: str) -> None:
    headers = {"host": host, "origin": origin}
    refused = await client.post("/", headers=headers)
    assert refused.status_code == 403
    assert refused.json()["detail"]
    assert await websocket_answer(headers) == "websocket.close"


async def test_foreign_pages_may_look(client: httpx.AsyncClient) -> None:
    """They see nothing: without CORS headers the browser keeps the answer to itself."""
    response = await client.get("/", headers={"host": HERE, "origin": "http://evil.example"})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


async def chunks() -> AsyncIterator[bytes]:
    yield b"a body of unknown length"


async def test_bodies_are_bounded(client: httpx.AsyncClient) -> None:
    headers = {"host": HERE}
    assert (await client.post("/", headers=headers, content=b"x" * MAX_BODY)).status_code == 200
    assert (await client.post("/", headers=headers, content=b"x" * (MAX_BODY + 1))).status_code == 413
    assert (await client.post("/", headers=headers, content=chunks())).status_code == 411
    assert (await client.post("/", headers={**headers, "content-length": "-1"})).status_code == 411


TOKENS = Tokens("player" * 4, "viewer" * 4)
GUARDED = AccessMiddleware(
    Starlette(
        routes=[
            Route(path, echo, methods=["GET", "POST", "PUT"])
            for path in ("/", "/healthz", "/api/status", "/api/prefs", "/api/disks/a", "/static/main.js")
        ]
        + [WebSocketRoute("/ws", greet)]
    ),
    AccessRules("0.0.0.0", 8080, TOKENS, frozenset({"mac.example"})),
    BodyLimits(10 * MAX_BODY),
)


@pytest.fixture
async def guest() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(GUARDED), base_url="http://mac.example"
    ) as guest:
        yield guest


def bearer(word: str) -> dict[str, str]:
    return {"authorization": f"Bearer {word}"}


@pytest.mark.parametrize("path", ["/", "/api/status", "/api/prefs", "/static/main.js"])
@pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"cookie": "moof-8080=wrong"}, {"cookie": '"=;'}])
async def test_without_a_token_nobody_comes_in(
    guest: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    refused = await guest.get(path, headers=headers)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.headers["content-type"] == "application/problem+json"


async def test_health_needs_no_token(guest: httpx.AsyncClient) -> None:
    assert (await guest.get("/healthz")).status_code == 200
    assert (await guest.post("/healthz")).status_code == 403


async def test_a_token_comes_once_in_the_address_and_then_in_a_cookie(guest: httpx.AsyncClient) -> None:
    taken = await guest.get("/", params={"token": TOKENS.player})
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert "HttpOnly; SameSite=Lax" in taken.headers["set-cookie"]
    assert (await guest.get("/")).status_code == 200
    assert (await guest.post("/api/prefs", content=b"{}")).status_code == 200
    refused = await guest.get("/", params={"token": "wrong"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_a_token_in_an_address_counts_nowhere_else(guest: httpx.AsyncClient) -> None:
    assert (await guest.get("/api/status", params={"token": TOKENS.player})).status_code == 401


async def test_viewers_may_look(guest: httpx.AsyncClient) -> None:
    headers = bearer(TOKENS.viewer)
    for path in ("/", "/api/status", "/static/main.js"):
        assert (await guest.get(path, headers=headers)).status_code == 200
    for path in ("/api/prefs", "/api/disks/a"):
        assert (await guest.get(path, headers=headers)).status_code == 403
    assert (await guest.post("/api/status", headers=headers)).status_code == 403


async def test_a_proxys_pages_may_act(guest: httpx.AsyncClient) -> None:
    headers = {**bearer(TOKENS.player), "host": "127.0.0.1:8080"}
    for origin, status in (("https://mac.example", 200), ("https://evil.example", 403)):
        answer = await guest.post("/api/prefs", headers={**headers, "origin": origin})
        assert answer.status_code == status


async def test_uploads_may_be_larger(guest: httpx.AsyncClient) -> None:
    headers = bearer(TOKENS.player)
    upload = b"x" * (2 * MAX_BODY)
    assert (await guest.put("/api/disks/a", headers=headers, content=upload)).status_code == 200
    assert (await guest.put("/api/disks/a", headers=headers, content=upload * 6)).status_code == 413
    assert (await guest.post("/api/status", headers=headers, content=upload)).status_code == 413


@pytest.mark.parametrize(
    ("host", "status"), [("192.168.1.2:8080", 200), ("[fe80::1]", 200), ("evil.example", 403), ("", 403)]
)
async def test_insecure_doors_still_turn_rebinding_away(host: str, status: int) -> None:
    app = AccessMiddleware(Starlette(routes=[Route("/", echo)]), AccessRules("0.0.0.0", 8080))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a") as client:
        assert (await client.get("/", headers={"host": host})).status_code == status


def test_an_address_of_this_machines_own() -> None:
    rules = access_rules(ListenOptions(), 8080)
    assert (rules.tokens, page_address(rules)) == (None, "http://127.0.0.1:8080/")
    assert page_address(access_rules(ListenOptions("::1"), 8080)) == "http://[::1]:8080/"


def test_the_token_is_part_of_the_address(tmp_path: Path) -> None:
    listen = ListenOptions(
        "0.0.0.0", token_file=tmp_path / "tokens", certificate=Certificate(Path("c"), Path("k"))
    )
    rules = access_rules(listen, 443)
    assert rules.tokens is not None
    assert page_address(rules) == f"https://127.0.0.1:443/?token={rules.tokens.player}"
    assert page_address(rules, rules.tokens.viewer).endswith(rules.tokens.viewer)
    assert access_rules(listen, 443) == rules
