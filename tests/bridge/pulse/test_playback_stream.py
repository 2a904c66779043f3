"""A stream requests exactly what was taken out, whatever the program writes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse import PlaybackStream, PulseSampleFormat, SampleSpec
from moof.bridge.pulse.playback_stream import to_s16be

SPEC = SampleSpec(PulseSampleFormat.S16LE, 1, 48_000)
PULL = 960


@pytest.mark.parametrize(("chunk", "tlength"), [(1, 4096), (512, 1024), (2048, 8192), (4096, 8192)])
def test_underruns_of_a_program_that_writes_blocks_soon_end(chunk: int, tlength: int) -> None:
    stream, allowed, short = PlaybackStream(SPEC, tlength), 0, []
    for _ in range(100):
        allowed += stream.grant()
        while allowed >= chunk * 2 or (chunk == 1 and allowed):
            size = allowed if chunk == 1 else chunk * 2
            stream.write(bytes(size))
            allowed -= size
        short.append(len(stream.take(PULL)) < PULL * 2)
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
        stream.take(pull)
        assert stream.written - stream.taken == stream.ready
        assert stream.granted <= stream.taken + 2 * 4096 + 4 * 1500


def test_writing_more_than_requested_is_not_subtracted_twice() -> None:
    stream = PlaybackStream(SPEC, 4096)
    first = stream.grant()
    stream.write(bytes(first + 400))
    stream.take(PULL)
    assert stream.grant() == PULL * 2


def test_corked_stream_requests_nothing() -> None:
    stream = PlaybackStream(SPEC, 4096, corked=True)
    assert stream.grant() == 0
    stream.cork(False)
    assert stream.grant() > 0


def test_unrequested_data_does_not_accumulate() -> None:
    stream = PlaybackStream(SPEC, 4096)
    for _ in range(100):
        stream.write(bytes(10_000))
    assert stream.ready < 60_000


@given(st.lists(st.integers(-32768, 32767), max_size=50))
def test_every_format_becomes_the_contracts(values: list[int]) -> None:
    expected = np.array(values, ">i2").tobytes()
    assert to_s16be(np.array(values, "<i2").tobytes(), PulseSampleFormat.S16LE) == expected
    assert to_s16be(expected, PulseSampleFormat.S16BE) == expected
    assert (
        to_s16be((np.array(values) / 32768).astype("<f4").tobytes(), PulseSampleFormat.FLOAT32LE) == expected
    )
    coarse = np.array(values, np.int64) >> 8
    assert (
        to_s16be((coarse + 128).astype("u1").tobytes(), PulseSampleFormat.U8)
        == (coarse << 8).astype(">i2").tobytes()
    )
