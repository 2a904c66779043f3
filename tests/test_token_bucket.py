import asyncio
from types import SimpleNamespace

import pytest

from moof import token_bucket
from moof.token_bucket import MergedAction, TokenBucket, WaitingTokenBucket, WaitingTokenBuckets
from support.stopped_clock import StoppedClock


def test_a_burst_is_allowed_then_the_rate() -> None:
    bucket = TokenBucket(rate=2.0, burst=3.0)
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(10.5), bucket.take(10.5)] == [True, False]
    assert [bucket.take(11.5) for _ in range(3)] == [True, True, False]


def test_bucket_never_holds_more_than_a_burst() -> None:
    bucket = TokenBucket(rate=100.0, burst=2.0)
    assert sum(bucket.take(now) for now in (0.0, 1000.0, 1000.0, 1000.0)) == 3


def test_wait_is_the_time_until_the_next_token() -> None:
    bucket = TokenBucket(rate=2.0, burst=1.0)
    bucket.take(10.0)
    assert (bucket.wait(10.0), bucket.wait(10.25), bucket.wait(11.0)) == (0.5, 0.25, 0.0)


def test_tokens_spent_beyond_the_contents_are_waited_for() -> None:
    bucket = TokenBucket(rate=2.0, burst=3.0)
    bucket.take(10.0)
    bucket.spend(7.0)
    assert bucket.wait(10.0) == 3.0
    assert [bucket.take(12.5), bucket.take(13.0)] == [False, True]


async def test_waiting_bucket_delays_what_exceeds_the_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0  # this and the rate are exact in binary

    async def pass_time(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("moof.token_bucket.time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr("moof.token_bucket.asyncio", SimpleNamespace(sleep=pass_time))
    bucket = WaitingTokenBucket(rate=64.0, burst=2.0)
    acquired_at = []
    for _ in range(5):
        await bucket.acquire()
        acquired_at.append(now)
    assert acquired_at == [100.0, 100.0, 100.0 + 1 / 64, 100.0 + 2 / 64, 100.0 + 3 / 64]


def test_of_too_many_keys_the_one_unused_for_longest_is_dropped() -> None:
    buckets: WaitingTokenBuckets[str] = WaitingTokenBuckets(rate=1.0, burst=1.0, max_keys=2)
    first = buckets.of("a")
    buckets.of("b")
    assert buckets.of("a") is first
    buckets.of("c")
    assert ([*buckets], len(buckets)) == (["a", "c"], 2)
    assert buckets.of("a") is first


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    clock = StoppedClock()
    monkeypatch.setattr(token_bucket, "time", clock)
    return clock


async def test_a_burst_is_done_at_once_and_the_rest_once(clock: StoppedClock) -> None:
    done: list[float] = []
    action = MergedAction(TokenBucket(50.0, 2.0), lambda: done.append(clock.now))
    for _ in range(10):
        action.request()
    assert (len(done), action.is_delayed) == (2, True)
    clock.now += 1.0
    async with asyncio.timeout(30):
        while action.is_delayed:  # noqa: ASYNC110  the timer is the action's own
            await asyncio.sleep(0.005)
    assert len(done) == 3


async def test_a_delayed_action_is_dropped(clock: StoppedClock) -> None:
    done: list[float] = []
    action = MergedAction(TokenBucket(1000.0, 1.0), lambda: done.append(clock.now))
    for _ in range(2):
        action.request()
    for _ in range(2):
        action.cancel()
        assert not action.is_delayed
    clock.now += 1.0
    await asyncio.sleep(0.02)  # its timer would have been due before
    assert len(done) == 1
    action.request()
    assert len(done) == 2
