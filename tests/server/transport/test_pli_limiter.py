import asyncio
from unittest.mock import create_autospec

import pytest

from moof import token_bucket
from moof.server.transport import pli_limiter
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.pli_limiter import KeyFrameRequestLimiter
from support.stopped_clock import StoppedClock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    clock = StoppedClock()
    for module in (pli_limiter, token_bucket):
        monkeypatch.setattr(module, "time", clock)
    return clock


async def test_burst_passes_at_once_and_the_rest_is_merged_into_one(
    monkeypatch: pytest.MonkeyPatch, clock: StoppedClock
) -> None:
    monkeypatch.setattr(pli_limiter, "_PASSED_PER_SECOND", 50.0)
    listener = create_autospec(PeerListener, instance=True)
    limiter = KeyFrameRequestLimiter(listener)
    for _ in range(25):
        limiter.request()
    assert (listener.keyframe_requested.call_count, listener.flooded.call_count) == (4, 0)
    clock.now += 1.0
    async with asyncio.timeout(30):
        while listener.keyframe_requested.call_count == 4:  # noqa: ASYNC110  the timer is the limiter's own
            await asyncio.sleep(0.005)
    clock.now += 1.0
    await asyncio.sleep(0.05)
    assert listener.keyframe_requested.call_count == 5


async def test_close_drops_the_delayed_request(monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> None:
    monkeypatch.setattr(pli_limiter, "_PASSED_PER_SECOND", 1000.0)
    monkeypatch.setattr(pli_limiter, "_PASSED_BURST", 1.0)
    listener = create_autospec(PeerListener, instance=True)
    limiter = KeyFrameRequestLimiter(listener)
    for _ in range(2):
        limiter.request()
    limiter.close()
    limiter.close()
    clock.now += 1.0
    await asyncio.sleep(0.02)  # the delayed request's timer would have been due before
    assert listener.keyframe_requested.call_count == 1


async def test_requests_beyond_any_browsers_rate_are_reported_as_flood() -> None:
    listener = create_autospec(PeerListener, instance=True)
    limiter = KeyFrameRequestLimiter(listener)
    for _ in range(100):
        limiter.request()
    limiter.close()
    assert listener.flooded.call_count == 70
