"""The open streams of all programs."""

from __future__ import annotations

from moof.bridge.pulse import PlaybackStream, PulseSampleFormat, SampleSpec, StreamRegistry

SPEC = SampleSpec(PulseSampleFormat.S16LE, 2, 44_100)


def test_the_newest_stream_that_is_not_paused_plays() -> None:
    registry = StreamRegistry()
    assert registry.newest_playing() is None
    first, second = (PlaybackStream(SPEC, 4096) for _ in range(2))
    registry.add(first)
    number = registry.add(second)
    assert registry.newest_playing() is second
    second.cork(True)
    assert registry.newest_playing() is first
    second.cork(False)
    registry.remove(number)
    assert registry.newest_playing() is first


def test_numbers_are_not_used_twice() -> None:
    registry = StreamRegistry()
    numbers = set()
    for _ in range(3):
        number = registry.add(PlaybackStream(SPEC, 4096))
        numbers.add(number)
        registry.remove(number)
    assert len(numbers) == 3


def test_streams_buffer_what_the_server_requests_at_a_time() -> None:
    registry = StreamRegistry()
    early, late = (PlaybackStream(SPEC, 100_000) for _ in range(2))
    registry.add(early)
    registry.set_pull(0.010)
    registry.add(late)
    assert early.grant() == late.grant() == SPEC.bytes_of(0.010)
    registry.set_pull(1.0)
    assert registry.pull_seconds == 0.020
