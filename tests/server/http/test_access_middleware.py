from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket

from moof.server.auth.access import AccessRules
from moof.server.auth.tokens import Tokens
from moof.server.http.access_middleware import SECURITY_HEADERS, AccessMiddleware
from moof.server.http.body_limits import MAX_BODY, BodyLimits

RULES = AccessRules("127.0.0.1", page_port=8080)
PAGE = "localhost:8080"
SIGNALING = "localhost:8090"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def accept(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


APP = AccessMiddleware(
    Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), WebSocketRoute("/ws", accept)]), RULES
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
        yield client


async def websocket_answer(headers: dict[str, str]) -> str:
    """Send a WebSocket handshake and return the type of the first ASGI message of the answer."""
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
async def test_own_host_names_are_allowed_on_any_port(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/", headers={"host": host})
    assert response.status_code == 200
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8080", "", "[", "a b"]
)
async def test_other_host_names_are_refused(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/", headers={"host": host})
    assert response.status_code == 403
    assert "address" in response.json()["detail"]
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (PAGE, None),
        (PAGE, "http://localhost:8080"),
        (SIGNALING, "http://localhost:8080"),
        ("localhost:9999", "http://localhost:9999"),  # the port of an ssh tunnel
        ("[::1]:8090", "http://[::1]:8080"),
    ],
)
async def test_own_pages_may_change_something(
    client: httpx.AsyncClient, host: str, origin: str | None
) -> None:
    headers = {"host": host} | ({"origin": origin} if origin else {})
    assert (await client.post("/", headers=headers)).status_code == 200
    assert await websocket_answer(headers) == "websocket.accept"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (PAGE, "http://evil.example"),
        (PAGE, "https://localhost.evil.example:8080"),
        (PAGE, "http://localhost:3000"),
        (PAGE, "http://localhost"),
        (PAGE, "null"),
        (PAGE, ""),
        (PAGE, "http://localhost:x"),
        (PAGE, "http://[:8080"),
        (PAGE, "ftp://localhost:8080"),
        (PAGE, "http://127.0.0.1:8080"),
        ("evil.example:8080", "http://evil.example:8080"),
    ],
)
async def test_pages_of_other_sites_may_change_nothing(
    client: httpx.AsyncClient, host: str, origin: str
) -> None:
    headers = {"host": host, "origin": origin}
    refused = await client.post("/", headers=headers)
    assert refused.status_code == 403
    assert refused.json()["detail"]
    assert await websocket_answer(headers) == "websocket.close"


async def test_get_requests_of_other_sites_are_answered_without_cors(client: httpx.AsyncClient) -> None:
    """Without CORS headers the browser does not let the page read the answer."""
    response = await client.get("/", headers={"host": PAGE, "origin": "http://evil.example"})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


TOKENS = Tokens("player" * 4, "viewer" * 4)
APP_WITH_TOKENS = AccessMiddleware(
    Starlette(
        routes=[
            Route(path, echo, methods=["GET", "POST", "PUT"])
            for path in ("/", "/healthz", "/api/status", "/api/prefs", "/api/disks/a", "/static/main.js")
        ]
        + [WebSocketRoute("/ws", accept)]
    ),
    AccessRules("0.0.0.0", 8080, TOKENS, frozenset({"mac.example"})),
    BodyLimits(10 * MAX_BODY),
)


@pytest.fixture
async def client_of_proxy() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(APP_WITH_TOKENS), base_url="http://mac.example"
    ) as client_of_proxy:
        yield client_of_proxy


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("path", ["/", "/api/status", "/api/prefs", "/static/main.js"])
@pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"cookie": "moof-8080=wrong"}, {"cookie": '"=;'}])
async def test_requests_without_a_valid_token_are_refused(
    client_of_proxy: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    refused = await client_of_proxy.get(path, headers=headers)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.headers["content-type"] == "application/problem+json"


async def test_health_needs_no_token(client_of_proxy: httpx.AsyncClient) -> None:
    assert (await client_of_proxy.get("/healthz")).status_code == 200
    assert (await client_of_proxy.post("/healthz")).status_code == 403


async def test_token_in_the_address_is_moved_to_a_cookie(client_of_proxy: httpx.AsyncClient) -> None:
    taken = await client_of_proxy.get("/", params={"token": TOKENS.player})
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert "HttpOnly; SameSite=Lax" in taken.headers["set-cookie"]
    assert (await client_of_proxy.get("/")).status_code == 200
    assert (await client_of_proxy.post("/api/prefs", content=b"{}")).status_code == 200
    refused = await client_of_proxy.get("/", params={"token": "wrong"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_token_in_the_query_of_other_paths_is_ignored(client_of_proxy: httpx.AsyncClient) -> None:
    assert (await client_of_proxy.get("/api/status", params={"token": TOKENS.player})).status_code == 401


async def test_viewers_may_only_read_some_paths(client_of_proxy: httpx.AsyncClient) -> None:
    headers = bearer(TOKENS.viewer)
    for path in ("/", "/api/status", "/static/main.js"):
        assert (await client_of_proxy.get(path, headers=headers)).status_code == 200
    for path in ("/api/prefs", "/api/disks/a"):
        assert (await client_of_proxy.get(path, headers=headers)).status_code == 403
    assert (await client_of_proxy.post("/api/status", headers=headers)).status_code == 403


async def test_pages_of_a_reverse_proxy_may_change_something(client_of_proxy: httpx.AsyncClient) -> None:
    headers = {**bearer(TOKENS.player), "host": "127.0.0.1:8080"}
    for origin, status in (("https://mac.example", 200), ("https://evil.example", 403)):
        answer = await client_of_proxy.post("/api/prefs", headers={**headers, "origin": origin})
        assert answer.status_code == status


async def test_body_above_the_limit_is_refused(client_of_proxy: httpx.AsyncClient) -> None:
    headers = bearer(TOKENS.player)
    upload = b"x" * (2 * MAX_BODY)
    assert (await client_of_proxy.put("/api/disks/a", headers=headers, content=upload)).status_code == 200
    refused = await client_of_proxy.put("/api/disks/a", headers=headers, content=upload * 6)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("host", "status"), [("192.168.1.2:8080", 200), ("[fe80::1]", 200), ("evil.example", 403), ("", 403)]
)
async def test_insecure_server_refuses_dns_rebinding(host: str, status: int) -> None:
    app = AccessMiddleware(Starlette(routes=[Route("/", echo)]), AccessRules("0.0.0.0", 8080))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a") as client:
        assert (await client.get("/", headers={"host": host})).status_code == status
