"""Requests and programs that are late, in any order: no sample is lost or repeated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.bridge.pulse import (
    PlaybackStream,
    PlayedSound,
    PulseSampleFormat,
    SampleSpec,
    StreamPuller,
    StreamRegistry,
)
from moof.bridge.pulse.codes import SeekMode

SPEC = SampleSpec(PulseSampleFormat.S16BE, 1, 48_000)
PULL = 960


class Program:
    """Plays a ramp of 16-bit numbers, as much as it may write, and records the answers."""

    def __init__(self, spec: SampleSpec = SPEC) -> None:
        self.stream = PlaybackStream(spec, spec.bytes_of(0.02))
        self.registry = StreamRegistry()
        self.number = self.registry.add(self.stream)
        self.puller = StreamPuller(self.registry)
        self.heard: list[NDArray[np.int16]] = []
        self.answers = 0
        self.now = 0.0
        self._allowed = 0
        self._next = 1

    def write(self) -> None:
        """Write all that was requested, and let an open request be answered."""
        self._allowed += self.stream.grant()
        count, self._allowed = self._allowed // 2, 0
        ramp = np.arange(self._next, self._next + count) & 0xFFFF
        self._next += count
        self.stream.write(ramp.astype(">u2").tobytes())
        self._hear(self.puller.supply(self.now))

    def request(self) -> None:
        """Send a request; 5 ms pass."""
        self._hear(self.puller.request(PULL, self.now))
        self.now += 0.005

    def ramp(self) -> NDArray[np.int64]:
        """Return what was heard, as the numbers of the ramp."""
        return np.concatenate([*self.heard, np.zeros(0, np.int16)]).astype(np.int64) & 0xFFFF

    def _hear(self, answer: PlayedSound | None) -> None:
        if answer is not None:
            self.answers += 1
            self.heard.append(np.frombuffer(answer.data, ">i2").astype(np.int16))


def often_late() -> Program:
    """A program that has answered only every second request."""
    program = Program()
    program.write()
    for _ in range(12):
        program.request()
        program.request()
        program.write()
    return program


@given(st.lists(st.booleans(), max_size=60), st.booleans())
def test_no_sample_is_lost_or_repeated_whoever_is_late(turns: list[bool], runs_on: bool) -> None:
    program = Program()
    program.stream.runs_on = runs_on
    program.write()
    for writes in turns:
        (program.write if writes else program.request)()
    heard = program.ramp()
    assert heard.tolist() == list(range(1, len(heard) + 1))


def test_late_program_answers_the_open_request() -> None:
    program = Program()
    program.write()
    program.request()
    program.request()  # the program was stopped meanwhile
    assert program.answers == 1
    program.write()
    assert program.answers == 2
    assert len(program.heard[1]) == PULL


def test_next_request_replaces_an_open_one() -> None:
    program = Program()
    program.write()
    for _ in range(3):
        program.request()
    program.write()
    assert program.answers == 2


def test_rest_of_a_sound_is_played_when_its_program_has_ended() -> None:
    program = Program()
    program.write()
    program.stream.write(np.arange(961, 1161).astype(">u2").tobytes())
    for _ in range(4):
        program.request()
    assert program.ramp().tolist() == list(range(1, 1161))
    assert not program.stream.playing


def test_rest_is_played_at_once_when_the_program_waits_for_its_end() -> None:
    program = Program()
    program.write()
    program.stream.write(bytes(200))
    program.stream.draining = True
    program.request()
    program.request()
    assert [len(block) for block in program.heard] == [960, 100]


def test_time_of_a_stream_that_runs_on_passes_after_its_rest() -> None:
    program = Program()
    program.stream.runs_on = True
    program.request()
    assert program.stream.read_index == 0, "its time begins with its first data"
    program.write()
    for _ in range(4):
        program.request()
    assert program.stream.read_index == SPEC.bytes_of(0.02), "the program may be late"
    for _ in range(2):
        program.request()
    assert program.stream.read_index == 3 * SPEC.bytes_of(0.02)
    program.stream.write(bytes(SPEC.bytes_of(0.04)), SPEC.bytes_of(0.02), SeekMode.ABSOLUTE)
    assert program.stream.ready == 0, "that time has passed"


def test_time_of_a_stream_that_runs_on_passes() -> None:
    program = Program()
    program.stream.runs_on = True
    program.write()
    for _ in range(6):
        program.request()
    assert program.stream.read_index == 3 * SPEC.bytes_of(0.02), "two requests wait, the next finds the end"


def test_often_late_program_is_requested_more_in_advance() -> None:
    program = often_late()
    assert program.stream.ready >= 2 * SPEC.bytes_of(0.02)


def test_prompt_program_is_requested_sound_only_when_the_server_requests_it() -> None:
    program = Program()
    program.write()
    for _ in range(250):
        program.request()
        program.now -= 0.004
        program.write()
    assert program.stream.ready == 0
    assert program.answers == 250
    heard = program.ramp()
    assert heard.tolist() == [number & 0xFFFF for number in range(1, 250 * PULL + 1)]
    assert program.stream.underruns == 0
    program.request()
    program.write()
    assert program.stream.ready == 0, "one late answer alone changes nothing"


def test_late_answers_of_a_prompt_program_fill_its_buffer_again() -> None:
    program = Program()
    program.write()
    for _ in range(250):
        program.request()
        program.now -= 0.004
        program.write()
    for _ in range(3):
        program.request()
        program.write()
    program.write()
    assert program.stream.ready == SPEC.bytes_of(0.02)


def test_what_a_program_needed_only_while_it_started_is_not_kept() -> None:
    program = often_late()
    started, answered = program.stream.ready, program.answers
    for _ in range(110):
        program.request()  # the answer takes 5 ms: it is not prompt, and in time
        program.write()
    assert program.answers == answered + 110
    assert program.stream.ready <= 2 * SPEC.bytes_of(0.02) < started


def test_program_that_writes_blocks_fills_each_request() -> None:
    program = Program()
    stream, block, requested = program.stream, 256 * 2, 0
    for _ in range(600):
        requested += stream.grant()
        while requested >= block // 2:  # as SDL 2 does
            requested -= block
            stream.write(bytes(block))
            program.answers += program.puller.supply(program.now) is not None
        program.request()
        program.now -= 0.004
    assert program.answers >= 598
    assert stream.underruns < 5, "only while it is not known to be prompt"


def test_mac_rate_is_a_fraction() -> None:
    program = Program(SampleSpec(PulseSampleFormat.S16BE, 1, 22_255))
    for _ in range(1100):
        program.write()
        program.request()
    program.write()
    assert len(program.ramp()) == 489_600  # 22 s of 244800 / 11 Hz


def test_newest_stream_is_heard_and_the_other_is_read() -> None:
    first, second = Program(), Program()
    first.registry.add(second.stream)
    first.write()
    second.write()
    answer = first.puller.request(PULL, 0.0)
    assert answer is not None
    assert (first.stream.ready, second.stream.ready) == (0, 0)
    second.stream.cork(True)
    first.write()
    assert first.puller.request(PULL, 0.0) is not None
    assert first.stream.read_index == 2 * second.stream.read_index


def test_closed_stream_leaves_no_open_request() -> None:
    program = Program()
    program.write()
    program.request()
    program.request()
    program.registry.remove(program.number)
    program.write()
    assert program.answers == 1
    assert program.puller.request(PULL, 0.0) is None


@pytest.mark.parametrize("rate", [96_000, 192_000])
def test_answers_fit_into_the_ring_at_any_rate(rate: int) -> None:
    program = Program(SampleSpec(PulseSampleFormat.S16LE, 2, rate))
    for _ in range(20):
        program.write()
        program.request()
    assert {len(block) for block in program.heard} == {2 * PULL}  # of two channels
