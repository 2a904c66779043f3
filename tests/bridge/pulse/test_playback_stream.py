"""A stream requests exactly what was taken out, whatever the program writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse import PlaybackStream, PulseSampleFormat, SampleSpec
from moof.bridge.pulse.codes import SeekMode

SPEC = SampleSpec(PulseSampleFormat.S16BE, 1, 48_000)
PULL = 960
POSITIONS = st.tuples(st.integers(-3000, 3000), st.sampled_from(SeekMode), st.integers(0, 1000))


@pytest.mark.parametrize(("chunk", "tlength"), [(1, 4096), (512, 1024), (2048, 8192), (4096, 8192)])
def test_underruns_of_a_program_that_writes_blocks_soon_end(chunk: int, tlength: int) -> None:
    stream, allowed, short = PlaybackStream(SPEC, tlength), 0, []
    for _ in range(100):
        allowed += stream.grant()
        while allowed >= chunk * 2 or (chunk == 1 and allowed):
            size = allowed if chunk == 1 else chunk * 2
            stream.write(bytes(size))
            allowed -= size
        short.append(not stream.has(PULL))
        if short[-1]:
            stream.missed(PULL)
        stream.take(PULL, PULL)
    assert not any(short[12:])
    assert stream.ready <= tlength + 2 * PULL * 2


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 1500)), max_size=40))
def test_requests_never_exceed_what_was_taken_and_the_target(turns: list[tuple[int, int]]) -> None:
    stream, allowed = PlaybackStream(SPEC, 4096), 0
    for wanted, pull in turns:
        allowed += stream.grant()
        size = min(wanted, allowed) // 2 * 2
        stream.write(bytes(size))
        allowed -= size
        stream.take(pull, pull)
        assert stream.write_index - stream.read_index == stream.ready
        assert stream.written == stream.write_index
        assert stream.granted <= stream.read_index + 2 * 4096 + 4 * 1500


def test_writing_more_than_requested_is_not_subtracted_twice() -> None:
    stream = PlaybackStream(SPEC, 4096)
    first = stream.grant()
    stream.write(bytes(first + 400))
    stream.take(PULL, PULL)
    assert stream.grant() == PULL * 2


def test_corked_stream_is_filled_once() -> None:
    stream = PlaybackStream(SPEC, 4096, corked=True)
    assert stream.grant() == PULL * 2
    stream.write(bytes(PULL * 2))
    assert stream.grant() == 0


def test_unrequested_data_does_not_accumulate() -> None:
    stream = PlaybackStream(SPEC, 4096)
    for _ in range(100):
        stream.write(bytes(10_000))
    assert stream.ready < 60_000


@pytest.mark.parametrize(
    ("offset", "seek", "expected"),
    [
        (0, SeekMode.RELATIVE, b"AABBCC" + b"xx"),
        (2, SeekMode.RELATIVE, b"AABBCC" + b"\0\0" + b"xx"),
        (-2, SeekMode.RELATIVE, b"AABB" + b"xx"),
        (8, SeekMode.ABSOLUTE, b"AABB" + b"xx"),
        (2, SeekMode.ABSOLUTE, b""),
        (2, SeekMode.RELATIVE_ON_READ, b"AA" + b"xx"),
        (-4, SeekMode.RELATIVE_END, b"AA" + b"xx"),
    ],
)
def test_samples_are_written_at_their_position(offset: int, seek: SeekMode, expected: bytes) -> None:
    stream = PlaybackStream(SPEC, 4096)
    stream.write(b"....AABBCC")
    stream.take(2, 2)  # positions 0 to 3
    stream.write(b"xx", offset, seek)
    assert stream.take(PULL, PULL) == expected


@given(st.lists(POSITIONS, max_size=30), st.integers(0, 100))
def test_any_positions_leave_a_bounded_buffer(writes: list[tuple[int, SeekMode, int]], taken: int) -> None:
    stream = PlaybackStream(SPEC, 4096)
    for offset, seek, size in writes:
        stream.write(bytes(size), offset * 100, seek)
        stream.take(taken, taken)
        assert stream.ready <= SPEC.bytes_of(0.5) + 4096
        assert stream.grant() >= 0
        assert stream.read_index >= 0


def test_silence_before_a_position_is_requested_no_more() -> None:
    stream = PlaybackStream(SPEC, 4096)
    granted = stream.grant()
    stream.write(bytes(2), granted - 2)
    assert stream.ready == granted
    assert stream.grant() == 0
    stream.take(PULL, PULL)
    assert stream.grant() == 2  # the program may still write all but the 2 bytes that it has written


def test_flush_continues_at_what_is_played_next() -> None:
    stream = PlaybackStream(SPEC, 4096)
    stream.write(bytes(100))
    stream.take(10, 10)
    stream.flush()
    assert (stream.ready, stream.write_index, stream.read_index) == (0, 20, 20)


def test_volume_is_the_cube_of_its_number_and_muted_is_silent() -> None:
    stream = PlaybackStream(SPEC, 4096, volumes=(0x8000,))
    stream.write(b"\x40\x00\x40\x00")
    assert stream.take(1, 1) == b"\x08\x00"
    stream.muted = True
    assert stream.take(1, 1) == b"\x00\x00"


def test_rate_can_change() -> None:
    stream = PlaybackStream(SPEC, 4096)
    stream.set_rate(96_000)
    assert (stream.spec.rate, stream.played_rate) == (96_000, 48_000)


def test_a_server_that_requests_less_at_a_time_makes_programs_write_later() -> None:
    stream = PlaybackStream(SPEC, 4096)
    stream.set_pull(0.010)
    assert stream.grant() == PULL
    stream.write(bytes(PULL))
    stream.take(PULL // 2, PULL // 2)
    assert stream.grant() == PULL


def test_what_a_program_needs_beyond_a_request_outlasts_a_change_of_its_length() -> None:
    stream = PlaybackStream(SPEC, PULL * 2)
    stream.grant()
    stream.missed(PULL)  # requested and not written: it writes in larger blocks
    stream.set_pull(0.010)
    assert stream.grant() == PULL
    stream.set_pull(0.020)
    assert stream.grant() == PULL


@pytest.mark.parametrize(
    ("code", "silence"), [(PulseSampleFormat.S16BE, b"\0"), (PulseSampleFormat.U8, b"\x80")]
)
def test_a_stream_notes_what_is_no_silence(code: PulseSampleFormat, silence: bytes) -> None:
    stream = PlaybackStream(SampleSpec(code, 1, 48_000), tlength=1920)
    stream.write(silence * 960)
    assert not stream.wrote_sound
    stream.write(silence * 959 + b"\1")
    assert stream.wrote_sound
