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
