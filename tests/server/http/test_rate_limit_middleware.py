"""The middleware before an application that records the requests it gets."""

import asyncio
import socket
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from moof import token_bucket
from moof.server.auth.access import AccessRules
from moof.server.auth.exemptions import Everybody
from moof.server.auth.principal import PRINCIPAL
from moof.server.auth.roles import Role
from moof.server.http import rate_limit_middleware
from moof.server.http.connection_limiter import CONNECTION, HttpConnection
from moof.server.http.rate_limit_middleware import RateLimitMiddleware
from support.access import empty_credentials, local_rules, new_tokens, open_rules
from support.stopped_clock import StoppedClock


class RecordingApp:
    """An application behind the middleware, and the addresses of the requests that reached it."""

    def __init__(self, rules: AccessRules | None = None) -> None:
        rules = rules or AccessRules("127.0.0.1", 8080, empty_credentials(), Everybody())
        self.addresses: list[str] = []
        self.scopes: list[Scope] = []
        self.middleware = RateLimitMiddleware(self._record, rules)

    async def _record(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.addresses.append(scope["client"][0] if scope.get("client") else scope["type"])

    def request(
        self, client: tuple[str, int] | None, kind: str = "http", token: str = ""
    ) -> asyncio.Task[None]:
        headers = [(b"authorization", f"Bearer {token}".encode())]
        return asyncio.create_task(self._send({"type": kind, "client": client, "headers": headers}))

    async def _send(self, scope: Scope) -> None:
        await self.middleware({"headers": [], **scope}, receive_nothing, send_nothing)


async def receive_nothing() -> Message:
    raise AssertionError


async def send_nothing(message: Message) -> None:
    raise AssertionError


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """The clock of the rate limits: no burst is refilled while a test looks at it."""
    clock = StoppedClock()
    monkeypatch.setattr(token_bucket, "time", clock)
    return clock


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_requests_beyond_the_burst_of_one_address_wait(
    monkeypatch: pytest.MonkeyPatch, clock: StoppedClock
) -> None:
    monkeypatch.setattr(rate_limit_middleware, "REQUEST_BURST", 3.0)
    app = RecordingApp()
    requests = [app.request(("10.0.0.1", port), "websocket" if port % 2 else "http") for port in range(6)]
    app.request(("10.0.0.2", 1))
    await settle()
    assert sorted(app.addresses) == ["10.0.0.1"] * 3 + ["10.0.0.2"]
    clock.now += 1.0
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
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: StoppedClock
) -> None:
    monkeypatch.setattr(rate_limit_middleware, "REQUEST_BURST", 1.0)
    tokens = new_tokens(tmp_path)
    app = RecordingApp(open_rules(tmp_path))
    strangers = [app.request(("10.0.0.1", port), token="wrong") for port in range(3)]
    app.request(("10.0.0.1", 9), token=tokens[Role.PLAYER])
    app.request(("10.0.0.1", 9), token=tokens[Role.VIEWER])
    await settle()
    assert len(app.addresses) == 3
    waiting = set(strangers)
    while waiting:
        clock.now += 1.0
        _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)


async def test_a_request_is_passed_on_with_its_sender(tmp_path: Path) -> None:
    tokens = new_tokens(tmp_path)
    app = RecordingApp(open_rules(tmp_path))
    for token in ("wrong", tokens[Role.PLAYER]):
        await app.request(("10.0.0.1", 9), token=token)
    stranger, player = (scope[PRINCIPAL] for scope in app.scopes)
    assert stranger is None
    assert (player.role, player.name, player.address) == (Role.PLAYER, "player", "10.0.0.1")


@pytest.mark.parametrize(("right", "authenticated"), [(True, True), (False, False)])
async def test_connection_of_a_request_with_a_token_is_marked(
    right: bool, authenticated: bool, tmp_path: Path
) -> None:
    tokens = new_tokens(tmp_path)
    assert await marked(open_rules(tmp_path), tokens[Role.VIEWER] if right else "wrong") is authenticated


async def test_connection_of_a_request_that_needs_no_token_is_marked(tmp_path: Path) -> None:
    assert await marked(local_rules(tmp_path), "")


async def marked(rules: AccessRules, token: str) -> bool:
    """Return whether the connection of a request with this token counts as authenticated."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = HttpConnection(ours, ("10.0.0.1", 1), "10.0.0.1", 0.0)
        headers = [(b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "client": ("10.0.0.1", 1), "headers": headers, CONNECTION: connection}
        await RecordingApp(rules).middleware(scope, receive_nothing, send_nothing)
    return connection.authenticated
