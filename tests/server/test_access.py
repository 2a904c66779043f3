from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket

from moof.server.access import MOST_BODY, SECURITY_HEADERS, AccessControl, AccessRules

RULES = AccessRules("127.0.0.1", page_port=8080)
HERE = "localhost:8080"
SIGNALLING = "localhost:8090"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


APP = AccessControl(
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
    assert "address" in response.json()["error"]
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
    assert refused.json()["error"]
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
    assert (await client.post("/", headers=headers, content=b"x" * MOST_BODY)).status_code == 200
    assert (await client.post("/", headers=headers, content=b"x" * (MOST_BODY + 1))).status_code == 413
    assert (await client.post("/", headers=headers, content=chunks())).status_code == 411
    assert (await client.post("/", headers={**headers, "content-length": "-1"})).status_code == 411
