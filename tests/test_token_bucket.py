from types import SimpleNamespace

import pytest

from moof.token_bucket import TokenBucket, WaitingTokenBucket, WaitingTokenBuckets


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
