"""Packet deadlines with times passed in; requests and responses across a real segment."""

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.ipc import AudioFormat, AudioFrame, AudioRequest
from moof.process import MonotonicClock
from moof.server.audio.framer import AudioFramer
from moof.server.audio.puller import MIN_RESPONSE_WAIT, MOVE_INTERVAL, AudioPuller, PacketClock
from moof.server.audio.request_lead import TOLERATED_DELAY
from moof.server.emulator.link import EmulatorLink

PACKET_SECONDS = 0.02
Until = Callable[[Callable[[], bool]], None]


def test_the_first_request_is_due_at_once() -> None:
    clock = PacketClock.starting(100.0, request_lead=0.008)
    assert clock.request_at == pytest.approx(100.0)
    assert clock.deadline == 100.008


@given(st.lists(st.floats(0, 2.9 * PACKET_SECONDS), max_size=200))
def test_lateness_never_moves_a_deadline(latenesses: list[float]) -> None:
    clock = PacketClock.starting(100.0)
    first = clock.deadline
    for count, lateness in enumerate(latenesses, 1):
        assert clock.advance(clock.deadline + lateness) == 0
        assert clock.deadline == pytest.approx(first + count * PACKET_SECONDS)
        assert clock.timestamp == count * 960


def test_ten_hours_do_not_drift() -> None:
    clock = PacketClock.starting(1e6)
    first = Fraction(clock.deadline)
    packets = 10 * 3600 * 50
    for _ in range(packets):
        clock.advance(clock.deadline)
    assert abs(float(Fraction(clock.deadline) - first) - packets * PACKET_SECONDS) < 1e-4


def test_a_response_is_waited_for_until_the_packet_would_be_too_late() -> None:
    clock = PacketClock.starting(100.0)
    assert clock.response_deadline(100.0) == clock.deadline + TOLERATED_DELAY
    late = clock.deadline + TOLERATED_DELAY + 0.001
    assert clock.response_deadline(late) == late + MIN_RESPONSE_WAIT


def test_a_response_that_may_move_the_deadlines_is_waited_for_one_packet_longer() -> None:
    clock = PacketClock.starting(100.0)
    latest = clock.deadline + TOLERATED_DELAY + PACKET_SECONDS
    assert clock.response_deadline(100.0, may_move=True) == pytest.approx(latest)
    clock.move(latest)
    assert clock.response_deadline(100.5, may_move=True) < clock.response_deadline(102.0, may_move=True)


def test_a_packet_that_is_too_late_moves_it_and_all_later_ones_once() -> None:
    clock = PacketClock.starting(100.0)
    assert not clock.move(99.999 + TOLERATED_DELAY)  # a browser's buffer absorbs this
    assert clock.deadline == 100.0
    assert clock.move(100.010 + TOLERATED_DELAY)
    assert clock.deadline == pytest.approx(100.010)
    assert not clock.move(100.030 + TOLERATED_DELAY)
    assert not clock.move(100.012 + TOLERATED_DELAY + MOVE_INTERVAL)  # later than any response is waited for
    assert clock.deadline == pytest.approx(100.010)


def test_after_a_long_delay_packets_are_skipped_and_the_timestamp_advances() -> None:
    clock = PacketClock.starting(100.0)
    deadline = clock.deadline
    assert clock.advance(deadline + 0.5) == 25
    assert clock.deadline > deadline + 0.5
    assert clock.timestamp == 26 * 960
    assert clock.deadline == pytest.approx(deadline + 26 * PACKET_SECONDS)


@given(st.floats(0.0, 100.0))
def test_packets_before_a_time_are_those_whose_request_was_due(seconds: float) -> None:
    clock = PacketClock.starting(100.0)
    now = 100.0 + seconds
    clock.rest(clock.packets_before(now))
    assert clock.request_at >= now - 1e-9
    assert clock.request_at - clock.packet_seconds < now + 1e-9


def test_the_timestamp_wraps() -> None:
    clock = PacketClock.starting(0.0, timestamp=0xFFFFFFFF)
    clock.advance(0.0)
    assert clock.timestamp == 959


@pytest.mark.parametrize("samples", [960, 480, 240])
def test_short_packets_have_nearer_deadlines(samples: int) -> None:
    clock = PacketClock.starting(100.0, packet_samples=samples)
    deadline = clock.deadline
    clock.advance(deadline)
    assert clock.deadline - deadline == pytest.approx(samples / 48_000)
    assert clock.timestamp == samples


def test_a_change_of_the_request_lead_moves_no_deadline() -> None:
    clock = PacketClock.starting(100.0)
    deadline = clock.deadline
    clock.request_lead = 0.012
    clock.advance(deadline)
    assert clock.deadline == pytest.approx(deadline + PACKET_SECONDS)


@pytest.mark.parametrize("ppm", [500.0, -500.0])
def test_the_packets_rate_deviates_by_the_given_ppm(ppm: float) -> None:
    clock = PacketClock.starting(0.0)
    clock.ppm = ppm
    first = clock.deadline
    for _ in range(50 * 3600):
        clock.advance(clock.deadline)
    assert clock.deadline - first == pytest.approx(3600 / (1 + ppm / 1e6), abs=1e-5)
    assert clock.timestamp == 48_000 * 3600


@pytest.fixture
def link(emulator: Any, own_pid: int, until: Until) -> Iterator[EmulatorLink]:
    link = EmulatorLink(own_pid)
    link.start()
    until(lambda: link.status.connected)
    yield link
    link.stop()


def silence(requested: int) -> tuple[int, int, bytes]:
    return 48_000, 2, bytes(4 * requested)


def playing_framer(packet_samples: int = 960) -> AudioFramer:
    """A framer whose emulator has played something, with an empty FIFO."""
    framer = AudioFramer(packet_samples)
    samples = bytes(4 * packet_samples)
    framer.push(AudioFrame(48_000, 2, packet_samples, AudioFormat.PCM_S16, 0, samples))
    framer.next_packet()
    return framer


def pull(link: EmulatorLink, puller: AudioPuller, framer: AudioFramer, seconds: float = 3600.0) -> None:
    """Pull a packet whose deadline is in so many seconds: by default later than the test's own end."""
    clock = PacketClock(deadline=time.monotonic() + seconds)
    with link.lease() as connection:
        assert connection is not None
        puller.pull(connection, framer, clock)


def test_a_response_ends_the_wait(emulator: Any, link: EmulatorLink) -> None:
    emulator.answer = silence
    puller, framer = AudioPuller(link, MonotonicClock()), playing_framer()
    pull(link, puller, framer)
    assert framer.playing
    assert puller.response_times.quantile(0.5) > 0
    assert emulator.messages == [AudioRequest(960)]


def test_without_a_response_the_wait_ends_after_the_deadline(emulator: Any, link: EmulatorLink) -> None:
    puller, framer = AudioPuller(link, MonotonicClock()), playing_framer()
    pull(link, puller, framer, seconds=0.01)
    assert not framer.has_packet
    assert puller.response_times.quantile(0.5) == 0


def test_an_emulator_that_plays_nothing_gets_requests_without_a_wait(
    emulator: Any, link: EmulatorLink, until: Until
) -> None:
    puller, framer = AudioPuller(link, MonotonicClock()), AudioFramer()
    pull(link, puller, framer)
    assert not framer.playing
    until(lambda: emulator.messages == [AudioRequest(960)])
    emulator.end.audio.write(48_000, 2, 960, np.full(1920, 5000, ">i2").tobytes(), 0)
    pull(link, puller, framer)
    assert framer.next_packet().all()
    assert puller.response_times.count == 0  # a response that was not waited for is not measured


def test_a_late_response_is_not_lost(emulator: Any, link: EmulatorLink) -> None:
    puller, framer = AudioPuller(link, MonotonicClock()), AudioFramer()
    pull(link, puller, framer, seconds=0.01)
    wave = np.full(1920, 5000, ">i2").tobytes()
    emulator.end.audio.write(48_000, 2, 960, wave, 0)
    pull(link, puller, framer, seconds=0.01)
    assert framer.next_packet().all()


def test_invalid_responses_disconnect_the_emulator(emulator: Any, link: EmulatorLink) -> None:
    puller, framer = AudioPuller(link, MonotonicClock()), AudioFramer()
    with link.lease() as connection:
        emulator.end.segment.write("audio_frame_write_idx", 3)
        for _ in range(100):
            if link.connection() is not connection:
                break
            assert connection is not None
            puller.pull(connection, framer, PacketClock(deadline=time.monotonic()))
        assert link.connection() is not connection


def test_a_late_response_replaces_the_next_request(emulator: Any, link: EmulatorLink) -> None:
    emulator.answer = silence
    puller, framer = AudioPuller(link, MonotonicClock()), playing_framer()
    wave = np.full(1920, 5000, ">i2").tobytes()
    emulator.end.audio.write(48_000, 2, 960, wave, 0)
    pull(link, puller, framer)
    assert emulator.messages == []
    assert framer.next_packet().all()
    pull(link, puller, framer)
    assert emulator.messages == [AudioRequest(960)]


def test_a_long_response_fills_two_short_packets(emulator: Any, link: EmulatorLink) -> None:
    emulator.answer = lambda requested: silence(960)  # as emulators do that ignore the requested length
    puller, framer = AudioPuller(link, MonotonicClock()), playing_framer(480)
    with link.lease() as connection:
        assert connection is not None
        for _ in range(20):
            clock = PacketClock(deadline=time.monotonic() + 3600, packet_samples=480)
            puller.pull(connection, framer, clock)
            framer.next_packet()
    assert emulator.messages == [AudioRequest(480)] * 10
    assert (framer.underruns, framer.backlog_dropped, framer.depth) == (0, 0, 0)
