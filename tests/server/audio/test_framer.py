"""Responses cut into packets: exactness, gaps, backlog, formats; and the FIFO in between."""

from collections import deque
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.ipc import AudioFormat, AudioFrame, exact_rate
from moof.server.audio.framer import _CROSS_FADE_SAMPLES, PRIMING_SAMPLES, AudioFramer, SampleFifo

LOUDEST_STEP = 3500
"""Adjacent samples of the tones below differ by less: a larger step is a click."""


def frame(samples: NDArray[np.int16], rate: int) -> AudioFrame:
    count, channels = samples.shape
    return AudioFrame(rate, channels, count, AudioFormat.PCM_S16, 0, samples.astype(">i2").tobytes())


class Tone:
    """An emulator that plays a 500 Hz sine and responds to each request with exactly its share."""

    def __init__(self, rate: int = 48_000, channels: int = 2) -> None:
        self.rate, self.channels = rate, channels
        self.played = 0
        self.remainder = Fraction(0)

    def response(self, requested: int = 960) -> AudioFrame:
        self.remainder += exact_rate(self.rate) * requested / 48_000
        count = int(self.remainder)
        self.remainder -= count
        time = (self.played + np.arange(count)) / self.rate
        self.played += count
        wave = np.rint(20_000 * np.sin(2 * np.pi * 500 * time)).astype(np.int16)
        return frame(np.repeat(wave[:, np.newaxis], self.channels, axis=1), self.rate)


def play(framer: AudioFramer, tone: Tone, packets: int) -> NDArray[np.int16]:
    played = []
    for _ in range(packets):
        framer.push(tone.response())
        played.append(framer.next_packet())
    return np.concatenate(played)


def clicks(samples: NDArray[np.int16]) -> int:
    return int(np.count_nonzero(np.abs(np.diff(samples.astype(int), axis=0)) > LOUDEST_STEP))


def test_packets_are_silent_while_nothing_plays() -> None:
    framer = AudioFramer()
    assert not framer.next_packet().any()
    assert (framer.playing, framer.rate, framer.channels, framer.underruns) == (False, 0, 0, 0)


def test_sound_of_48_khz_is_not_changed() -> None:
    rng = np.random.default_rng(1)
    framer = AudioFramer()
    for _ in range(5):
        samples = rng.integers(-32768, 32768, (960, 2)).astype(np.int16)
        framer.push(frame(samples, 48_000))
        assert np.array_equal(framer.next_packet(), samples)


@pytest.mark.parametrize("rate", [11_025, 22_050, 22_254, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_rate_plays_without_gap_or_click(rate: int, channels: int) -> None:
    framer = AudioFramer()
    samples = play(framer, Tone(rate, channels), 500)
    assert (framer.rate, framer.channels, framer.playing) == (rate, channels, True)
    assert (framer.underruns, framer.backlog_dropped) == (0, 0)
    assert clicks(samples) == 0
    steady = samples[4800:, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(steady * np.hanning(len(steady))))
    assert np.argmax(spectrum) * 48_000 / len(steady) == pytest.approx(500, abs=1)


@pytest.mark.parametrize("packet_samples", [480, 240])
@pytest.mark.parametrize("rate", [11_025, 22_050, 22_254, 44_100, 48_000])
def test_short_packets_of_every_rate_play_without_gap_or_click(rate: int, packet_samples: int) -> None:
    framer, tone = AudioFramer(packet_samples), Tone(rate)
    played = []
    for _ in range(1000):
        assert not framer.has_packet
        framer.push(tone.response(packet_samples))
        played.append(framer.next_packet())
    assert {len(packet) for packet in played} == {packet_samples}
    assert (framer.underruns, framer.backlog_dropped) == (0, 0)
    assert clicks(np.concatenate(played)) == 0


@pytest.mark.parametrize("rate", [11_025, 22_254, 44_100])
def test_the_fifo_keeps_its_depth(rate: int) -> None:
    framer, tone = AudioFramer(), Tone(rate, 1)
    depths = set()
    for _ in range(6_000):
        framer.push(tone.response())
        framer.next_packet()
        depths.add(framer._fifo.depth)
    assert max(depths) - min(depths) < 10
    assert max(depths) <= PRIMING_SAMPLES
    assert framer.underruns == 0


def test_a_missing_response_fades_out_and_in_without_a_click() -> None:
    framer, tone = AudioFramer(), Tone()
    played = [play(framer, tone, 3), framer.next_packet(), framer.next_packet(), play(framer, tone, 3)]
    samples = np.concatenate(played)
    assert clicks(samples) == 0
    assert played[1].any()
    assert not played[2].any()
    assert framer.underruns == 2


def test_a_missing_response_of_resampled_sound_uses_the_rest_of_the_fifo() -> None:
    framer, tone = AudioFramer(), Tone(22_050, 1)
    samples = np.concatenate([play(framer, tone, 5), framer.next_packet(), play(framer, tone, 5)])
    assert clicks(samples) == 0
    assert framer.underruns == 1


def test_the_end_of_the_sound_is_no_underrun() -> None:
    framer, tone = AudioFramer(), Tone()
    play(framer, tone, 3)
    for _ in range(20):
        framer.next_packet()
    assert not framer.playing
    framer.push(tone.response())
    start = tone.played - 960
    time = (start + np.arange(960)) / 48_000
    expected = np.rint(20_000 * np.sin(2 * np.pi * 500 * time)).astype(np.int16)
    assert np.array_equal(framer.next_packet()[:, 0], expected)  # not faded in
    assert framer.underruns == 0


def test_two_surplus_responses_are_dropped_at_once() -> None:
    framer, tone = AudioFramer(), Tone()
    play(framer, tone, 3)
    framer.push(tone.response())
    framer.push(tone.response())
    samples = play(framer, tone, 3)
    assert framer.backlog_dropped >= 960
    assert framer._fifo.depth < 1440
    assert clicks(samples) == 0


def test_one_surplus_response_is_dropped_after_half_a_second() -> None:
    framer, tone = AudioFramer(), Tone()
    play(framer, tone, 3)
    framer.push(tone.response())
    samples = play(framer, tone, 60)
    assert framer.backlog_dropped == 960 - PRIMING_SAMPLES
    assert framer._fifo.depth == PRIMING_SAMPLES
    assert clicks(samples) == 0


def test_responses_that_are_always_late_are_played_one_packet_later() -> None:
    framer, tone = AudioFramer(), Tone()
    play(framer, tone, 3)
    played = []
    for _ in range(100):
        played.append(framer.next_packet())
        framer.push(tone.response())
    assert framer.underruns == 1
    assert clicks(np.concatenate(played)) == 0


@pytest.mark.parametrize("after", [(11_025, 1), (22_050, 2), (22_255, 1), (44_100, 2), (48_000, 2)])
@pytest.mark.parametrize("before", [(11_025, 2), (22_255, 1), (44_100, 1), (48_000, 2)])
def test_the_format_changes_while_playing(before: tuple[int, int], after: tuple[int, int]) -> None:
    if before == after:
        return
    framer = AudioFramer()
    samples = [play(framer, Tone(*before), 5), play(framer, Tone(*after), 50)]
    assert framer.channels == after[1]
    assert abs(framer.rate - after[0]) <= 1
    assert np.abs(samples[1][1920:]).max() > 15_000
    assert clicks(np.concatenate(samples)) == 0
    assert (framer.underruns, framer.backlog_dropped) == (0, 0)
    assert framer.depth <= PRIMING_SAMPLES + 5


@pytest.mark.parametrize(("rate", "whole"), [(11_025, 220), (22_255, 445)])
def test_an_emulator_that_always_rounds_down_causes_no_gaps(rate: int, whole: int) -> None:
    framer, played, position = AudioFramer(), [], 0
    for _ in range(1000):
        time = (position + np.arange(whole)) / rate
        position += whole
        wave = np.rint(20_000 * np.sin(2 * np.pi * 500 * time)).astype(np.int16)
        framer.push(frame(wave[:, np.newaxis], rate))
        played.append(framer.next_packet())
    assert (framer.underruns, framer.backlog_dropped) == (0, 0)
    assert clicks(np.concatenate(played)) == 0


def test_a_response_without_samples_is_silence() -> None:
    framer = AudioFramer()
    framer.push(AudioFrame(0, 0, 0, AudioFormat.NONE, 0, b""))
    assert not framer.playing
    assert not framer.next_packet().any()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(4000, 96_000), st.integers(1, 2), st.integers(0, 960)), max_size=12))
def test_any_response_that_the_contract_allows_becomes_packets(responses: list[tuple[int, int, int]]) -> None:
    framer = AudioFramer()
    for rate, channels, count in responses:
        framer.push(frame(np.full((count, channels), 1000, np.int16), rate))
        packet = framer.next_packet()
        assert packet.shape == (960, 2)
        assert packet.dtype == np.int16


def numbered(start: int, count: int) -> NDArray[np.int16]:
    return np.repeat(np.arange(start, start + count, dtype=np.int16)[:, None], 2, axis=1)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=40))
def test_fifo_is_a_bounded_queue_that_drops_the_oldest(steps: list[tuple[bool, int]]) -> None:
    fifo, model, pushed = SampleFifo(64), deque[int](maxlen=64), 0
    for push, count in steps:
        if push:
            lost = max(0, len(model) + count - 64)
            assert fifo.push(numbered(pushed, count)) == lost
            model.extend(range(pushed, pushed + count))
            pushed += count
        else:
            taken = fifo.pop_exact(count)
            assert (taken is None) == (count > len(model))
            if taken is not None:
                assert taken[:, 1].tolist() == [model.popleft() for _ in range(count)]
        assert fifo.depth == len(model)


def test_fifo_pops_blocks_of_any_size_as_fixed_ones() -> None:
    fifo = SampleFifo(4800)
    fifo.push(np.zeros((144, 2), np.int16))  # the cushion
    for count in [958, 962] * 20:
        fifo.push(np.ones((count, 2), np.int16))
        block = fifo.pop_exact(960)
        assert block is not None
        assert block.shape == (960, 2)


def test_fifo_drops_without_a_click() -> None:
    time = np.arange(4800)
    tone = np.rint(20_000 * np.sin(2 * np.pi * 440 * time / 48_000)).astype(np.int16)
    fifo = SampleFifo(4800)
    fifo.push(np.repeat(tone[:, None], 2, axis=1))
    assert fifo.drop(1000) == 1000
    assert fifo.depth == 3800
    rest = fifo.pop_exact(3800)
    assert rest is not None
    greatest_step = np.abs(np.diff(tone.astype(int))).max()
    assert np.abs(np.diff(rest[:, 0].astype(int))).max() < 1.6 * greatest_step
    assert abs(int(rest[0, 0]) - int(tone[0])) <= 1
    assert (rest[_CROSS_FADE_SAMPLES:, 0] == tone[1000 + _CROSS_FADE_SAMPLES :]).all()


def test_fifo_is_emptied_by_dropping_more_than_there_is() -> None:
    fifo = SampleFifo(100)
    fifo.push(numbered(0, 10))
    assert fifo.drop(50) == 10
    assert fifo.depth == 0
    assert fifo.drop(1) == 0


def test_fifo_is_empty_after_clear() -> None:
    fifo = SampleFifo(100)
    fifo.push(numbered(0, 10))
    fifo.clear()
    assert fifo.pop_exact(1) is None
    assert fifo.capacity == 100
