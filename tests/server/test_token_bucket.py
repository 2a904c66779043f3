import asyncio
import time

from moof.server.token_bucket import TokenBucket


def test_a_burst_passes_then_the_rate() -> None:
    bucket = TokenBucket(rate=2.0, burst=3.0)
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(10.5), bucket.take(10.5)] == [True, False]
    assert [bucket.take(11.5) for _ in range(3)] == [True, True, False]


def test_it_never_holds_more_than_a_burst() -> None:
    bucket = TokenBucket(rate=100.0, burst=2.0)
    assert sum(bucket.take(now) for now in (0.0, 1000.0, 1000.0, 1000.0)) == 3


def test_how_long_to_wait() -> None:
    bucket = TokenBucket(rate=2.0, burst=1.0)
    bucket.take(10.0)
    assert (bucket.wait(10.0), bucket.wait(10.25), bucket.wait(11.0)) == (0.5, 0.25, 0.0)


def test_what_was_spent_beyond_is_waited_for() -> None:
    bucket = TokenBucket(rate=2.0, burst=3.0)
    bucket.take(10.0)
    bucket.spend(7.0)
    assert bucket.wait(10.0) == 3.0
    assert [bucket.take(12.5), bucket.take(13.0)] == [False, True]


async def test_those_who_wait_pass_one_after_the_other() -> None:
    bucket = TokenBucket(rate=50.0, burst=2.0)
    began = time.monotonic()
    await asyncio.gather(*(bucket.pass_through() for _ in range(5)))
    assert time.monotonic() - began >= 3 / 50
