"""RTP timestamps of pictures."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from moof.server.rtpclock import RtpClock

NOW_US = 1_700_000_000_000_000


def test_ninety_kilohertz_from_the_frames_own_time() -> None:
    clock = RtpClock()
    first = clock.stamp(NOW_US, NOW_US + 900)
    assert (clock.stamp(NOW_US + 1_000_000, NOW_US + 1_002_000) - first) % 2**32 == 90_000


def test_equal_times_still_advance() -> None:
    clock = RtpClock()
    assert (clock.stamp(NOW_US, NOW_US) + 1) % 2**32 == clock.stamp(NOW_US, NOW_US)


def test_a_frame_from_another_age_gets_our_time() -> None:
    clock = RtpClock()
    first = clock.stamp(NOW_US, NOW_US)
    assert (clock.stamp(5, NOW_US + 100_000) - first) % 2**32 == 9_000
    assert (clock.stamp(2**63, NOW_US + 200_000) - first) % 2**32 == 18_000


def test_a_clock_set_back_goes_on_at_the_usual_pace() -> None:
    clock = RtpClock()
    clock.stamp(NOW_US, NOW_US)
    hour = 3_600_000_000
    first = clock.stamp(NOW_US - hour, NOW_US - hour)
    second = clock.stamp(NOW_US - hour + 16_667, NOW_US - hour + 16_667)
    assert (second - first) % 2**32 in (1500, 1501)


@given(st.lists(st.tuples(st.integers(0, 2**64), st.integers(0, 2**52)), min_size=2, max_size=20))
def test_time_never_stands_still(times: list[tuple[int, int]]) -> None:
    clock = RtpClock()
    stamps = [clock.stamp(frame_us, now_us) for frame_us, now_us in times]
    assert all(a != b for a, b in pairwise(stamps))
