"""Deadlines, with times passed in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.audio.packet_clock import FIRST_LEAD, GRACE, LEAST_PATIENCE, PacketClock

PACKET_SECONDS = 0.02


def test_the_first_question_is_asked_at_once() -> None:
    clock = PacketClock.starting(100.0)
    assert clock.request_at == pytest.approx(100.0)
    assert clock.due == 100.0 + FIRST_LEAD


@given(st.lists(st.floats(0, 2.9 * PACKET_SECONDS), max_size=200))
def test_lateness_never_moves_a_deadline(latenesses: list[float]) -> None:
    clock = PacketClock.starting(100.0)
    first = clock.due
    for count, lateness in enumerate(latenesses, 1):
        assert clock.advance(clock.due + lateness) == 0
        assert clock.due == pytest.approx(first + count * PACKET_SECONDS)
        assert clock.timestamp == count * 960


def test_ten_hours_do_not_drift() -> None:
    clock = PacketClock.starting(1e6)
    first = Fraction(clock.due)
    packets = 10 * 3600 * 50
    for _ in range(packets):
        clock.advance(clock.due)
    assert abs(float(Fraction(clock.due) - first) - packets * PACKET_SECONDS) < 1e-4


def test_patience_ends_before_the_browser_would_miss_the_packet() -> None:
    clock = PacketClock.starting(100.0)
    assert clock.deadline_for_answer(100.0) == clock.due + GRACE
    late = clock.due + GRACE + 0.001
    assert clock.deadline_for_answer(late) == late + LEAST_PATIENCE


def test_after_a_long_stop_packets_are_left_out_and_time_has_gone_on() -> None:
    clock = PacketClock.starting(100.0)
    due = clock.due
    assert clock.advance(due + 0.5) == 25
    assert clock.due > due + 0.5
    assert clock.timestamp == 26 * 960
    assert clock.due == pytest.approx(due + 26 * PACKET_SECONDS)


def test_the_timestamp_wraps() -> None:
    clock = PacketClock.starting(0.0, timestamp=0xFFFFFFFF)
    clock.advance(0.0)
    assert clock.timestamp == 959


@pytest.mark.parametrize("samples", [960, 480, 240])
def test_each_packet_is_asked_for_before_it_is_due_and_after_the_last_one(
    samples: int,
) -> None:
    clock = PacketClock.starting(100.0, packet_samples=samples)
    clock.expect_answers_within(1.0)
    due = clock.due
    clock.advance(due)
    assert clock.due - due == pytest.approx(samples / 48_000)
    assert clock.timestamp == samples
    assert due < clock.request_at < clock.due


def test_a_slow_mac_is_asked_earlier_at_once_and_a_quick_one_later_by_and_by() -> None:
    clock = PacketClock.starting(100.0)
    clock.expect_answers_within(0.010)
    slow = clock.lead
    assert 0.010 < slow < PACKET_SECONDS
    leads = [slow]
    for _ in range(40):
        clock.expect_answers_within(0.0001)
        leads.append(clock.lead)
    assert leads == sorted(leads, reverse=True)
    assert leads[1] > slow / 2
    assert leads[-1] == pytest.approx(clock.least_lead, rel=0.05)


def test_a_change_of_lead_moves_no_deadline() -> None:
    clock = PacketClock.starting(100.0)
    due = clock.due
    clock.expect_answers_within(0.012)
    clock.advance(due)
    assert clock.due == pytest.approx(due + PACKET_SECONDS)


@pytest.mark.parametrize("ppm", [500.0, -500.0])
def test_packets_keep_pace_with_another_clock(ppm: float) -> None:
    clock = PacketClock.starting(0.0)
    clock.ppm = ppm
    first = clock.due
    for _ in range(50 * 3600):
        clock.advance(clock.due)
    assert clock.due - first == pytest.approx(3600 / (1 + ppm / 1e6), abs=1e-5)
    assert clock.timestamp == 48_000 * 3600
