"""Questions and answers about sound, across a real segment."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from moof.ipc import AudioFormat, AudioFrame, AudioRequest
from moof.server.audio.framer import Playout
from moof.server.audio.monotonic_clock import Timebase
from moof.server.audio.packet_clock import SoundClock
from moof.server.audio.puller import Answers
from moof.server.emulator.link import EmulatorSource

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def source(emulator: Any, own_pid: int, until: Until) -> Iterator[EmulatorSource]:
    source = EmulatorSource(own_pid)
    source.start()
    until(lambda: source.status.connected)
    yield source
    source.stop()


def silence(requested: int) -> tuple[int, int, bytes]:
    return 48_000, 2, bytes(4 * requested)


def playing(packet_samples: int = 960) -> Playout:
    """A playout whose Mac has been playing; nothing of it is left."""
    playout = Playout(packet_samples)
    silence = bytes(4 * packet_samples)
    playout.answer(AudioFrame(48_000, 2, packet_samples, AudioFormat.PCM_S16, 0, silence))
    playout.packet()
    return playout


def fetch(source: EmulatorSource, answers: Answers, playout: Playout, patience: float = 5.0) -> None:
    clock = SoundClock(due=time.monotonic() + patience)
    with source.lease() as connection:
        assert connection is not None
        answers.fetch(connection, playout, clock)


def test_an_answer_ends_the_wait(emulator: Any, source: EmulatorSource) -> None:
    emulator.answer = silence
    answers, playout = Answers(source, Timebase()), playing()
    started = time.monotonic()
    fetch(source, answers, playout)
    assert time.monotonic() - started < 5
    assert playout.playing
    assert answers.times.quantile(0.5) > 0
    assert emulator.messages == [AudioRequest(960)]


def test_without_an_answer_the_wait_ends_when_the_packet_is_due(
    emulator: Any, source: EmulatorSource
) -> None:
    answers, playout = Answers(source, Timebase()), playing()
    fetch(source, answers, playout, patience=0.01)
    assert not playout.has_packet
    assert answers.times.quantile(0.5) == 0


def test_a_mac_that_plays_nothing_is_asked_but_not_waited_for(
    emulator: Any, source: EmulatorSource, until: Until
) -> None:
    answers, playout = Answers(source, Timebase()), Playout()
    started = time.monotonic()
    fetch(source, answers, playout)
    assert time.monotonic() - started < 4
    assert not playout.playing
    until(lambda: emulator.messages == [AudioRequest(960)])
    emulator.end.audio.write(48_000, 2, 960, np.full(1920, 5000, ">i2").tobytes(), 0)
    fetch(source, answers, playout)
    assert playout.packet().all()
    assert answers.times.count == 0  # between the two nobody waited


def test_a_late_answer_is_not_lost(emulator: Any, source: EmulatorSource) -> None:
    answers, playout = Answers(source, Timebase()), Playout()
    fetch(source, answers, playout, patience=0.01)
    wave = np.full(1920, 5000, ">i2").tobytes()
    emulator.end.audio.write(48_000, 2, 960, wave, 0)
    fetch(source, answers, playout, patience=0.01)
    assert playout.packet().all()


def test_an_emulator_that_only_writes_nonsense_is_given_up(emulator: Any, source: EmulatorSource) -> None:
    answers, playout = Answers(source, Timebase()), Playout()
    with source.lease() as connection:
        emulator.end.segment.write("audio_frame_write_idx", 3)
        for _ in range(100):
            if source.connection() is not connection:
                break
            assert connection is not None
            answers.fetch(connection, playout, SoundClock(due=time.monotonic()))
        assert source.connection() is not connection


def test_what_a_late_answer_left_is_not_asked_for_again(emulator: Any, source: EmulatorSource) -> None:
    emulator.answer = silence
    answers, playout = Answers(source, Timebase()), playing()
    wave = np.full(1920, 5000, ">i2").tobytes()
    emulator.end.audio.write(48_000, 2, 960, wave, 0)
    fetch(source, answers, playout)
    assert emulator.messages == []
    assert playout.packet().all()
    fetch(source, answers, playout)
    assert emulator.messages == [AudioRequest(960)]


def test_a_long_answer_serves_two_short_packets(emulator: Any, source: EmulatorSource) -> None:
    emulator.answer = lambda requested: silence(960)  # as emulators do that don't look at the request
    answers, playout = Answers(source, Timebase()), playing(480)
    with source.lease() as connection:
        assert connection is not None
        for _ in range(20):
            clock = SoundClock(due=time.monotonic() + 5, packet_samples=480)
            answers.fetch(connection, playout, clock)
            playout.packet()
    assert emulator.messages == [AudioRequest(480)] * 10
    assert (playout.underruns, playout.backlog_dropped, playout.depth) == (0, 0, 0)
