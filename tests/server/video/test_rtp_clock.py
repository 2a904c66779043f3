"""RTP timestamps of pictures."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.video.rtp_clock import RtpClock

NOW_US = 1_700_000_000_000_000


def test_ninety_kilohertz_from_the_frames_own_time() -> None:
    clock = RtpClock()
    first = clock.stamp(NOW_US, NOW_US + 900, 5.0009)
    assert (clock.stamp(NOW_US + 1_000_000, NOW_US + 1_002_000, 6.002) - first) % 2**32 == 90_000


def test_equal_times_still_advance() -> None:
    clock = RtpClock()
    assert (clock.stamp(NOW_US, NOW_US, 5.0) + 1) % 2**32 == clock.stamp(NOW_US, NOW_US, 5.0)


def test_a_frame_from_another_age_gets_our_time() -> None:
    clock = RtpClock()
    first = clock.stamp(NOW_US, NOW_US, 5.0)
    assert (clock.stamp(5, NOW_US + 100_000, 5.1) - first) % 2**32 == 9_000
    assert (clock.stamp(2**63, NOW_US + 200_000, 5.2) - first) % 2**32 == 18_000


@pytest.mark.parametrize("step_us", [-3_600_000_000, -500_000, 500_000, 3_600_000_000])
def test_a_clock_that_is_set_changes_nothing(step_us: int) -> None:
    clock = RtpClock()
    first = clock.stamp(NOW_US, NOW_US, 5.0)
    later_us = NOW_US + 16_667 + step_us
    assert (clock.stamp(later_us, later_us, 5.016667) - first) % 2**32 in (1500, 1501)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**64), st.integers(0, 2**52), st.floats(0, 1e9)), min_size=2, max_size=20
    )
)
def test_time_never_stands_still(times: list[tuple[int, int, float]]) -> None:
    clock = RtpClock()
    stamps = [clock.stamp(*each) for each in times]
    assert all(a != b for a, b in pairwise(stamps))
