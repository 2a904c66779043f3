"""Deadlines, with times passed in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.soundclock import LEAD_SECONDS, LEAST_PATIENCE, PACKET_SECONDS, SoundClock


def test_the_first_question_is_asked_at_once() -> None:
    clock = SoundClock.starting(100.0)
    assert clock.ask_at == pytest.approx(100.0)
    assert clock.due == 100.0 + LEAD_SECONDS


@given(st.lists(st.floats(0, 2.9 * PACKET_SECONDS), max_size=200))
def test_lateness_never_moves_a_deadline(latenesses: list[float]) -> None:
    clock = SoundClock.starting(100.0)
    first = clock.due
    for count, lateness in enumerate(latenesses, 1):
        assert clock.advance(clock.due + lateness) == 0
        assert clock.due == pytest.approx(first + count * PACKET_SECONDS)
        assert clock.timestamp == count * 960


def test_ten_hours_do_not_drift() -> None:
    clock = SoundClock.starting(0.0)
    first = Fraction(clock.due)
    packets = 10 * 3600 * 50
    for _ in range(packets):
        clock.advance(clock.due)
    assert abs(float(Fraction(clock.due) - first) - packets * PACKET_SECONDS) < 1e-4


def test_patience_ends_when_the_packet_is_due() -> None:
    clock = SoundClock.starting(100.0)
    assert clock.give_up_at(100.0) == clock.due
    late = clock.due + 0.001
    assert clock.give_up_at(late) == late + LEAST_PATIENCE


def test_after_a_long_stop_packets_are_left_out_and_time_has_gone_on() -> None:
    clock = SoundClock.starting(100.0)
    due = clock.due
    assert clock.advance(due + 0.5) == 25
    assert clock.due > due + 0.5
    assert clock.timestamp == 26 * 960
    assert clock.due == pytest.approx(due + 26 * PACKET_SECONDS)


def test_the_timestamp_wraps() -> None:
    clock = SoundClock.starting(0.0, timestamp=0xFFFFFFFF)
    clock.advance(0.0)
    assert clock.timestamp == 959
