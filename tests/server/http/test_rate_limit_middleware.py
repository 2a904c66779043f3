"""The middleware before an application that records the requests it gets."""

import asyncio
import socket

import pytest
from starlette.types import Message, Receive, Scope, Send

from moof.server.auth.access import AccessRules
from moof.server.auth.tokens import Tokens
from moof.server.http import rate_limit_middleware
from moof.server.http.connection_limiter import CONNECTION, HttpConnection
from moof.server.http.rate_limit_middleware import RateLimitMiddleware

TOKENS = Tokens("player" * 4, "viewer" * 4)
LOCAL = AccessRules("127.0.0.1", 8080)
OPEN = AccessRules("0.0.0.0", 8080, TOKENS)


class RecordingApp:
    """An application behind the middleware, and the addresses of the requests that reached it."""

    def __init__(self, rules: AccessRules = LOCAL) -> None:
        self.addresses: list[str] = []
        self.middleware = RateLimitMiddleware(self._record, rules)

    async def _record(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.addresses.append(scope["client"][0] if scope.get("client") else scope["type"])

    def request(
        self, client: tuple[str, int] | None, kind: str = "http", cookie: str = ""
    ) -> asyncio.Task[None]:
        headers = [(b"cookie", cookie.encode())]
        return asyncio.create_task(self._send({"type": kind, "client": client, "headers": headers}))

    async def _send(self, scope: Scope) -> None:
        await self.middleware({"headers": [], **scope}, receive_nothing, send_nothing)


async def receive_nothing() -> Message:
    raise AssertionError


async def send_nothing(message: Message) -> None:
    raise AssertionError


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_requests_beyond_the_burst_of_one_address_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit_middleware, "REQUEST_BURST", 3.0)
    app = RecordingApp()
    requests = [app.request(("10.0.0.1", port), "websocket" if port % 2 else "http") for port in range(6)]
    app.request(("10.0.0.2", 1))
    await settle()
    assert sorted(app.addresses) == ["10.0.0.1"] * 3 + ["10.0.0.2"]
    await asyncio.gather(*requests)
    assert len(app.addresses) == 7


async def test_other_scopes_are_not_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit_middleware, "REQUEST_BURST", 0.0)
    app = RecordingApp()
    app.request(None, "lifespan")
    await settle()
    assert app.addresses == ["lifespan"]


async def test_clients_without_an_address_share_a_bucket() -> None:
    app = RecordingApp()
    await app.request(None)
    assert app.addresses == ["http"]


async def test_number_of_buckets_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit_middleware, "MAX_ADDRESSES", 10)
    app = RecordingApp()
    for number in range(30):
        await app.request((f"10.0.0.{number}", 1))
        await app.request(("10.0.1.0", 1))
    assert len(app.middleware._buckets) == 10
    assert "10.0.1.0" in {sender.network for sender in app.middleware._buckets}


async def test_strangers_do_not_delay_those_with_a_token_at_the_same_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit_middleware, "REQUEST_BURST", 1.0)
    app = RecordingApp(OPEN)
    strangers = [app.request(("10.0.0.1", port), cookie="moof-8080=wrong") for port in range(3)]
    app.request(("10.0.0.1", 9), cookie=f"moof-8080={TOKENS.player}")
    app.request(("10.0.0.1", 9), cookie=f"moof-8080={TOKENS.viewer}")
    await settle()
    assert len(app.addresses) == 3
    await asyncio.gather(*strangers)


@pytest.mark.parametrize(
    ("rules", "token", "authenticated"),
    [(OPEN, TOKENS.viewer, True), (OPEN, "wrong", False), (LOCAL, "", True)],
)
async def test_connection_of_a_request_with_a_token_is_marked(
    rules: AccessRules, token: str, authenticated: bool
) -> None:
    ours, theirs = socket.socketpair()
    connection = HttpConnection(ours, ("10.0.0.1", 1), "10.0.0.1", 0.0)
    headers = [(b"cookie", f"moof-8080={token}".encode())]
    scope = {"type": "http", "client": ("10.0.0.1", 1), "headers": headers, CONNECTION: connection}
    await RecordingApp(rules).middleware(scope, receive_nothing, send_nothing)
    assert connection.authenticated is authenticated
    ours.close()
    theirs.close()
