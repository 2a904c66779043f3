"""A turnstile before an application that notes who came in."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from moof.server.http import rate_limit_middleware as turnstile
from moof.server.http.rate_limit_middleware import RateLimitMiddleware


class Scene:
    """Requests, and those that have come in."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.turnstile = RateLimitMiddleware(self._let_in)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside.append(scope["client"][0] if scope.get("client") else scope["type"])

    def request(self, client: tuple[str, int] | None, kind: str = "http") -> asyncio.Task[None]:
        return asyncio.create_task(self._knock({"type": kind, "client": client}))

    async def _knock(self, scope: Scope) -> None:
        await self.turnstile(scope, nothing_comes, nobody_hears)


async def nothing_comes() -> Message:
    raise AssertionError


async def nobody_hears(message: Message) -> None:
    raise AssertionError


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_too_many_of_one_address_wait_and_others_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "REQUEST_BURST", 3.0)
    scene = Scene()
    crowd = [scene.request(("10.0.0.1", port), "websocket" if port % 2 else "http") for port in range(6)]
    scene.request(("10.0.0.2", 1))
    await settle()
    assert sorted(scene.inside) == ["10.0.0.1"] * 3 + ["10.0.0.2"]
    await asyncio.gather(*crowd)
    assert len(scene.inside) == 7


async def test_what_is_no_request_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "REQUEST_BURST", 0.0)
    scene = Scene()
    scene.request(None, "lifespan")
    await settle()
    assert scene.inside == ["lifespan"]


async def test_a_socket_without_addresses_has_one_of_its_own() -> None:
    scene = Scene()
    await scene.request(None)
    assert scene.inside == ["http"]


async def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "MAX_ADDRESSES", 10)
    scene = Scene()
    for number in range(30):
        await scene.request((f"10.0.0.{number}", 1))
        await scene.request(("10.0.1.0", 1))
    assert len(scene.turnstile._buckets) == 10
    assert "10.0.1.0" in scene.turnstile._buckets
