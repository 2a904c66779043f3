"""When a body ends as a disconnection; the loop's clock is replaced, so that nothing waits."""

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from moof.server.auth.credential_store import TOKENS_FILE, Credentials, KnownSender
from moof.server.auth.roles import Role
from moof.server.http import request_body
from moof.server.http.request_body import BodyReceiver
from support.access import LONG_AGO, new_tokens

GONE = {"type": "http.disconnect"}


def part(size: int, more: bool = True) -> Message:
    return {"type": "http.request", "body": bytes(size), "more_body": more}


class Parts:
    """The parts of a body, each some seconds after the one before; then nothing."""

    def __init__(self, parts: list[Message], seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self._parts = parts
        self._seconds = seconds
        self._late = 0.0
        self._loop = asyncio.get_running_loop()
        time = self._loop.time
        monkeypatch.setattr(self._loop, "time", lambda: time() + self._late)

    async def __call__(self) -> Message:
        self._late += self._seconds
        await asyncio.sleep(0)  # an expired timeout cancels here
        if not self._parts:
            await asyncio.Event().wait()
        return self._parts.pop(0)


async def received(parts: list[Message], seconds: float, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    receive = BodyReceiver(Parts(parts, seconds, monkeypatch), 10**6)
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


async def test_body_arrives_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [part(9), part(9), part(0, more=False)]
    assert await received(list(parts), 0.0, monkeypatch) == parts


@pytest.mark.parametrize(
    ("size", "seconds"),
    [(100_000, request_body._MAX_GAP + 1), (10, 3.0), (request_body._LEAST_RATE, 2.0)],
    ids=["a gap", "a few bytes at a time", "half of the least rate"],
)
async def test_slow_body_is_a_disconnection(
    size: int, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = await received([part(size)] * 100, seconds, monkeypatch)
    assert messages[-1] == GONE
    assert len(messages) < 100


async def test_long_upload_at_a_modest_rate_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [part(request_body._LEAST_RATE * 2)] * 60 + [part(0, more=False)]
    assert len(await received(parts, 1.0, monkeypatch)) == 61


async def test_no_body_may_last_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "_MAX_SECONDS", 60.0)
    messages = await received([part(10_000)] * 100, 1.0, monkeypatch)
    assert messages[-1] == GONE
    assert 55 < len(messages) < 65


async def test_more_bytes_than_announced_are_a_disconnection() -> None:
    parts = [part(6), part(6, more=False)]

    async def receive() -> Message:
        return parts.pop(0)

    receiver = BodyReceiver(receive, 10)
    assert await receiver() == part(6)
    assert await receiver() == GONE


async def test_after_the_body_the_application_waits_without_a_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive = BodyReceiver(Parts([part(2, more=False), GONE], 10**6, monkeypatch), 2)
    monkeypatch.setattr(request_body, "_MAX_GAP", 10**7)
    monkeypatch.setattr(request_body, "_GRACE_SECONDS", 10**7)
    monkeypatch.setattr(request_body, "_MAX_SECONDS", 10**7)
    assert await receive() == part(2, more=False)
    assert await receive() == GONE


async def test_body_of_a_sender_who_is_no_longer_known_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = new_tokens(tmp_path)[Role.OWNER]
    credentials = Credentials.at(tmp_path / TOKENS_FILE)
    principal = credentials.principal_of_token(secret, "", LONG_AGO)
    assert principal is not None
    parts = Parts([part(9), part(9), part(9, more=False)], 0.0, monkeypatch)
    receive = BodyReceiver(parts, 27, KnownSender(credentials, principal))
    pausing = BodyReceiver(asyncio.Queue[Message]().get, 27, KnownSender(credentials, principal))
    late = BodyReceiver(lambda: arrives_later(parts), 27, KnownSender(credentials, principal))
    assert await receive() == part(9)
    waiting = [asyncio.create_task(each()) for each in (pausing, late)]
    await asyncio.sleep(0)
    await credentials.remove_token(principal.token or "")
    assert await receive() == GONE
    assert await asyncio.gather(*waiting) == [GONE, GONE]


async def arrives_later(parts: Parts) -> Message:
    for _ in range(100):
        await asyncio.sleep(0)
    return await parts()
