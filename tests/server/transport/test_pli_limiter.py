import asyncio

import pytest

from moof.server.transport import pli_limiter as keywishes
from moof.server.transport.pli_limiter import KeyFrameRequestLimiter


async def test_a_few_wishes_pass_at_once_and_the_rest_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keywishes, "_WISHES_A_SECOND", 20.0)
    passed: list[None] = []
    floods: list[None] = []
    wishes = KeyFrameRequestLimiter(lambda: passed.append(None), lambda: floods.append(None))
    for _ in range(25):
        wishes.ask()
    assert (len(passed), len(floods)) == (4, 0)
    async with asyncio.timeout(10):
        while len(passed) == 4:  # noqa: ASYNC110  the timer is the wishes' own
            await asyncio.sleep(0.005)
    assert len(passed) == 5


async def test_nothing_is_passed_on_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keywishes, "_WISHES_A_SECOND", 1000.0)
    monkeypatch.setattr(keywishes, "_WISH_BURST", 1.0)
    passed: list[None] = []
    wishes = KeyFrameRequestLimiter(lambda: passed.append(None), lambda: None)
    for _ in range(2):
        wishes.ask()
    wishes.close()
    wishes.close()
    await asyncio.sleep(0.02)
    assert len(passed) == 1


async def test_more_wishes_than_any_browser_has_are_told() -> None:
    floods: list[None] = []
    wishes = KeyFrameRequestLimiter(lambda: None, lambda: floods.append(None))
    for _ in range(100):
        wishes.ask()
    wishes.close()
    assert 60 < len(floods) <= 70
