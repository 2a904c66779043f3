"""The audio ring: frames are read once and in order, indices and counts are validated; exact rates."""

import os
import select
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.ipc import (
    AudioFormat,
    AudioFrame,
    AudioRingReader,
    AudioRingWriter,
    Segment,
    SegmentError,
    contract,
    exact_rate,
    whole_rate,
)

RING = contract.AUDIO_RING_OFFSET
HEADER = contract.AUDIO_HEADER
GOOD = (48_000, 2, 960, AudioFormat.PCM_S16, 5)
# Sound.h's rate22khz, rate11khz and rate7418hz (16.16), and CD's
MAC_RATES = [0x56EE8BA3, 0x2B7745D1, 0x1CFA2E8B, 44_100 << 16]


@pytest.fixture
def writer(segment: Segment, eventfd: int) -> AudioRingWriter:
    return AudioRingWriter(segment, eventfd)


@pytest.fixture
def ring(opened: Segment, eventfd: int) -> AudioRingReader:
    return AudioRingReader(opened, eventfd)


def write(writer: AudioRingWriter, number: int, samples: int = 4) -> bool:
    """Write a mono frame whose every byte is `number`."""
    return writer.write(22_050, 1, samples, bytes([number]) * samples * 2, number)


def test_frame_is_read_as_it_was_written(writer: AudioRingWriter, ring: AudioRingReader) -> None:
    sound = bytes(range(256)) * 15
    assert writer.write(44_100, 2, 960, memoryview(sound), 2**50)
    assert ring.available() == 1
    assert ring.read() == AudioFrame(44_100, 2, 960, AudioFormat.PCM_S16, 2**50, sound)
    assert ring.read() is None


def test_samples_may_be_an_array(writer: AudioRingWriter, ring: AudioRingReader) -> None:
    samples = np.array([[1, 2], [-1, -2]], ">i2")
    assert writer.write(48_000, 2, 2, samples.view(np.int16).data, 0)
    frame = ring.read()
    assert frame is not None
    assert frame.data == b"\0\1\0\2\xff\xff\xff\xfe"


def test_third_frame_in_the_ring_is_dropped(writer: AudioRingWriter, ring: AudioRingReader) -> None:
    assert [write(writer, number) for number in (1, 2, 3)] == [True, True, False]
    first, second = ring.read(), ring.read()
    assert first is not None
    assert second is not None
    assert (first.timestamp_us, second.timestamp_us) == (1, 2)
    assert write(writer, 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["write", "read", "drain"]), max_size=40))
def test_ring_behaves_as_a_queue_of_two(
    segment: Segment, opened: Segment, eventfd: int, steps: list[str]
) -> None:
    segment.write("audio_frame_write_idx", 0)
    writer, ring = AudioRingWriter(segment, eventfd), AudioRingReader(opened, eventfd)
    expected: list[int] = []
    for number, step in enumerate(steps):
        if step == "write":
            assert write(writer, number) == (len(expected) < 2)
            expected = [*expected, number][:2]
        elif step == "drain":
            assert ring.drain_to(1) == max(len(expected) - 1, 0)
            expected = expected[-1:]
        else:
            frame = ring.read()
            assert (frame.timestamp_us if frame else None) == (expected.pop(0) if expected else None)
        assert ring.available() == len(expected)


def test_reading_drains_the_eventfd(writer: AudioRingWriter, ring: AudioRingReader, eventfd: int) -> None:
    write(writer, 1)
    write(writer, 2)
    assert select.select([eventfd], [], [], 0)[0] == [eventfd]
    ring.read()
    assert select.select([eventfd], [], [], 0)[0] == []


def test_frames_from_before_the_connection_are_skipped(
    writer: AudioRingWriter, opened: Segment, eventfd: int
) -> None:
    write(writer, 1)
    write(writer, 2)
    ring = AudioRingReader(opened, None)
    assert ring.available() == 0
    assert write(writer, 3)
    frame = ring.read()
    assert frame is not None
    assert frame.timestamp_us == 3


def test_restart_empties_the_ring_after_any_read_index(writer: AudioRingWriter, opened: Segment) -> None:
    for left in (0, 7, 2**32 - 1):
        while write(writer, 1):
            pass
        opened.write("audio_frame_read_idx", left)
        writer.restart()
        assert opened.read("audio_frame_read_idx") == opened.read("audio_frame_write_idx")
        assert write(writer, 2)


def test_restart_corrects_the_write_index_of_a_truncated_segment(
    writer: AudioRingWriter, ring: AudioRingReader, opened: Segment
) -> None:
    assert write(writer, 1)
    assert ring.read() is not None
    opened.write("audio_frame_write_idx", 0)
    writer.restart()
    next_server = AudioRingReader(opened, None)
    assert next_server.available() == 0
    assert write(writer, 2)
    frame = next_server.read()
    assert frame is not None
    assert frame.timestamp_us == 2
    assert next_server.read() is None


def test_the_segment_describes_the_newest_frame(writer: AudioRingWriter, opened: Segment) -> None:
    write(writer, 1)
    writer.write(44_100, 2, 3, bytes(12), 9)
    names = ["sample_rate", "channels", "format", "samples_in_frame", "frame_count", "timestamp_us"]
    assert [opened.read(f"audio_{name}") for name in names] == [44_100, 2, 1, 3, 2, 9]


@pytest.mark.parametrize(
    ("rate", "channels", "samples", "size"),
    [
        (48_000, 2, 961, 3844),
        (48_000, 3, 1, 6),
        (48_000, 0, 1, 0),
        (1, 1, 1, 2),
        (48_000, 1, -1, 0),
        (48_000, 2, 4, 15),
    ],
)
def test_writer_rejects_frames_that_do_not_fit(
    writer: AudioRingWriter, ring: AudioRingReader, rate: int, channels: int, samples: int, size: int
) -> None:
    with pytest.raises(SegmentError):
        writer.write(rate, channels, samples, bytes(size), 0)
    assert ring.available() == 0


def test_invalid_read_index_only_drops_frames(writer: AudioRingWriter, opened: Segment) -> None:
    opened.write("audio_frame_read_idx", 3)
    assert not write(writer, 1)
    opened.write("audio_frame_read_idx", 0)
    assert write(writer, 1)


@pytest.mark.parametrize(
    "header",
    [
        (0, 2, 960, 1, 0),
        (3_999, 2, 960, 1, 0),
        (2**32 - 1, 2, 960, 1, 0),
        (48_000, 0, 960, 1, 0),
        (48_000, 3, 640, 1, 0),
        (48_000, 2**31, 960, 1, 0),
        (48_000, 1, 961, 1, 0),
        (48_000, 1, 2**32 - 1, 1, 0),
        (48_000, 2, 960, 2, 0),
    ],
)
def test_invalid_frame_is_removed_from_the_ring(
    writer: AudioRingWriter, ring: AudioRingReader, segment: Segment, header: tuple[int, ...]
) -> None:
    write(writer, 1)
    write(writer, 2)
    segment.store(HEADER, RING, *header)
    with pytest.raises(SegmentError):
        ring.read()
    frame = ring.read()
    assert frame is not None
    assert frame.timestamp_us == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(header=st.binary(min_size=HEADER.size, max_size=HEADER.size))
def test_any_header_gives_whole_samples_or_an_error(
    segment: Segment, opened: Segment, eventfd: int, header: bytes
) -> None:
    segment.write("audio_frame_write_idx", 0)
    writer, ring = AudioRingWriter(segment, eventfd), AudioRingReader(opened, eventfd)
    write(writer, 1)
    segment.header[RING : RING + len(header)] = header
    try:
        frame = ring.read()
    except SegmentError:
        frame = None
    if frame is not None and frame.format is AudioFormat.PCM_S16:
        assert len(frame.data) == frame.samples * frame.channels * 2 <= 3840
    assert ring.available() == 0


def test_frame_without_sound_has_no_samples(
    writer: AudioRingWriter, ring: AudioRingReader, segment: Segment
) -> None:
    write(writer, 1)
    segment.store(HEADER, RING, 0, 0, 960, AudioFormat.NONE, 8)
    assert ring.read() == AudioFrame(0, 0, 0, AudioFormat.NONE, 8, b"")


@pytest.mark.parametrize("index", [3, 2**32 - 1])
def test_invalid_write_index_is_an_error(
    ring: AudioRingReader, segment: Segment, opened: Segment, index: int
) -> None:
    segment.write("audio_frame_write_idx", index)
    for refused in (
        ring.available,
        ring.read,
        lambda: ring.drain_to(0),
        lambda: AudioRingReader(opened, None),
    ):
        with pytest.raises(SegmentError, match="audio write index"):
            refused()


def test_truncated_segment_is_an_error_not_a_crash(ring: AudioRingReader, segment: Segment) -> None:
    os.truncate(segment.path, 4096)
    with pytest.raises(SegmentError, match="truncated"):
        ring.read()
    with pytest.raises(SegmentError, match="truncated"):
        ring.available()


@pytest.mark.parametrize("fixed", MAC_RATES)
def test_rate_of_a_mac_is_recovered_from_the_whole_number(fixed: int) -> None:
    exact = Fraction(fixed, 65_536)
    assert abs(exact_rate(whole_rate(fixed)) / exact - 1) < Fraction(1, 10**8)


def test_rate_of_a_mac_is_sent_as_existing_emulators_send_it() -> None:
    assert whole_rate(0x56EE8BA3) == 22_254
    assert exact_rate(22_254) == exact_rate(22_255) == Fraction(244_800, 11)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 22_253, 22_256, 44_100, 48_000])
def test_other_rates_are_exact(rate: int) -> None:
    assert exact_rate(rate) == rate
