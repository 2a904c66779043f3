"""Questions and answers about sound, across a real segment."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from moof.ipc import AudioFormat, AudioFrame, AudioRequest
from moof.server.audio.framer import AudioFramer
from moof.server.audio.monotonic_clock import MonotonicClock
from moof.server.audio.packet_clock import PacketClock
from moof.server.audio.puller import AudioPuller
from moof.server.emulator.link import EmulatorLink

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def source(emulator: Any, own_pid: int, until: Until) -> Iterator[EmulatorLink]:
    source = EmulatorLink(own_pid)
    source.start()
    until(lambda: source.status.connected)
    yield source
    source.stop()


def silence(requested: int) -> tuple[int, int, bytes]:
    return 48_000, 2, bytes(4 * requested)


def playing(packet_samples: int = 960) -> AudioFramer:
    """A framer whose Mac has been playing; nothing of it is left."""
    framer = AudioFramer(packet_samples)
    silence = bytes(4 * packet_samples)
    framer.push(AudioFrame(48_000, 2, packet_samples, AudioFormat.PCM_S16, 0, silence))
    framer.next_packet()
    return framer


def fetch(source: EmulatorLink, puller: AudioPuller, framer: AudioFramer, patience: float = 5.0) -> None:
    clock = PacketClock(due=time.monotonic() + patience)
    with source.lease() as connection:
        assert connection is not None
        puller.fetch(connection, framer, clock)


def test_an_answer_ends_the_wait(emulator: Any, source: EmulatorLink) -> None:
    emulator.answer = silence
    puller, framer = AudioPuller(source, MonotonicClock()), playing()
    started = time.monotonic()
    fetch(source, puller, framer)
    assert time.monotonic() - started < 5
    assert framer.playing
    assert puller.times.quantile(0.5) > 0
    assert emulator.messages == [AudioRequest(960)]


def test_without_an_answer_the_wait_ends_when_the_packet_is_due(emulator: Any, source: EmulatorLink) -> None:
    puller, framer = AudioPuller(source, MonotonicClock()), playing()
    fetch(source, puller, framer, patience=0.01)
    assert not framer.has_packet
    assert puller.times.quantile(0.5) == 0


def test_a_mac_that_plays_nothing_is_asked_but_not_waited_for(
    emulator: Any, source: EmulatorLink, until: Until
) -> None:
    puller, framer = AudioPuller(source, MonotonicClock()), AudioFramer()
    started = time.monotonic()
    fetch(source, puller, framer)
    assert time.monotonic() - started < 4
    assert not framer.playing
    until(lambda: emulator.messages == [AudioRequest(960)])
    emulator.end.audio.write(48_000, 2, 960, np.full(1920, 5000, ">i2").tobytes(), 0)
    fetch(source, puller, framer)
    assert framer.next_packet().all()
    assert puller.times.count == 0  # between the two nobody waited


def test_a_late_answer_is_not_lost(emulator: Any, source: EmulatorLink) -> None:
    puller, framer = AudioPuller(source, MonotonicClock()), AudioFramer()
    fetch(source, puller, framer, patience=0.01)
    wave = np.full(1920, 5000, ">i2").tobytes()
    emulator.end.audio.write(48_000, 2, 960, wave, 0)
    fetch(source, puller, framer, patience=0.01)
    assert framer.next_packet().all()


def test_an_emulator_that_only_writes_nonsense_is_given_up(emulator: Any, source: EmulatorLink) -> None:
    puller, framer = AudioPuller(source, MonotonicClock()), AudioFramer()
    with source.lease() as connection:
        emulator.end.segment.write("audio_frame_write_idx", 3)
        for _ in range(100):
            if source.connection() is not connection:
                break
            assert connection is not None
            puller.fetch(connection, framer, PacketClock(due=time.monotonic()))
        assert source.connection() is not connection


def test_what_a_late_answer_left_is_not_asked_for_again(emulator: Any, source: EmulatorLink) -> None:
    emulator.answer = silence
    puller, framer = AudioPuller(source, MonotonicClock()), playing()
    wave = np.full(1920, 5000, ">i2").tobytes()
    emulator.end.audio.write(48_000, 2, 960, wave, 0)
    fetch(source, puller, framer)
    assert emulator.messages == []
    assert framer.next_packet().all()
    fetch(source, puller, framer)
    assert emulator.messages == [AudioRequest(960)]


def test_a_long_answer_serves_two_short_packets(emulator: Any, source: EmulatorLink) -> None:
    emulator.answer = lambda requested: silence(960)  # as emulators do that don't look at the request
    puller, framer = AudioPuller(source, MonotonicClock()), playing(480)
    with source.lease() as connection:
        assert connection is not None
        for _ in range(20):
            clock = PacketClock(due=time.monotonic() + 5, packet_samples=480)
            puller.fetch(connection, framer, clock)
            framer.next_packet()
    assert emulator.messages == [AudioRequest(480)] * 10
    assert (framer.underruns, framer.backlog_dropped, framer.depth) == (0, 0, 0)
