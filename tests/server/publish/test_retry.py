"""When the publisher tries again."""

import random

from hypothesis import given
from hypothesis import strategies as st

from moof.server.publish.retry import RetryDelay, parse_retry_after


def test_delays_grow_up_to_a_minute_and_begin_anew_after_a_good_upload() -> None:
    retry = RetryDelay(random.Random(1))
    delays = [retry.failed(now) for now in range(10)]
    assert 1 <= delays[0] <= 1.2
    assert delays[:6] == sorted(delays[:6])
    assert 60 <= delays[-1] <= 72
    retry.opened(100)
    assert retry.failed(110) >= 60
    retry.opened(200)
    assert retry.failed(230) <= 1.2


def test_the_sfu_may_ask_for_more_but_not_for_ever() -> None:
    retry = RetryDelay(random.Random(1))
    assert retry.failed(0, 30) == 30
    assert retry.failed(0, 1e9) == 3600
    assert retry.failed(0, 0.0) >= 4


def test_retry_after_is_seconds_or_a_date() -> None:
    assert parse_retry_after("120", 0) == 120
    assert parse_retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 60) == 60
    assert parse_retry_after("Thu, 01 Jan 1970 00:00:00 GMT", 60) == 0
    assert [parse_retry_after(text, 0) for text in ("", "soon", "-1", "١")] == [None] * 4


@given(st.text())
def test_no_header_is_an_error(text: str) -> None:
    after = parse_retry_after(text, 0)
    assert after is None or after >= 0
