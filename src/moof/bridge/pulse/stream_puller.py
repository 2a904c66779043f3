"""Answers the server's requests with what the programs have written. Sans-IO.

One stream is played, the one that was opened last and is not paused; the others are read at the same rate, so
that their programs do not block in a write.

When the program has not written enough yet, the request stays open until the data arrives: within a ms or
two for one that is prompt, and the server waits some 10 ms longer than that. The next request replaces one
that is still open. So a delay, of this process or of the program, never drops sound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from moof.bridge.pulse.playback_stream import PROMPT_SECONDS, PlaybackStream
from moof.bridge.pulse.stream_registry import StreamRegistry
from moof.ipc import MAX_AUDIO_SAMPLES, exact_rate

SERVER_RATE: Final = 48_000
_MAX_MISSES: Final = 2
"""Requests in a row that a stream may leave open. At the next its sound has ended, and its rest is played."""


@dataclass(frozen=True, slots=True)
class PlayedSound:
    """Sound for one request: `frames` frames, signed 16-bit big endian."""

    rate: int
    channels: int
    data: bytes

    @property
    def frames(self) -> int:
        """The number of frames."""
        return len(self.data) // (2 * self.channels)


@dataclass(frozen=True, slots=True)
class _OpenRequest:
    """A request of `samples` at 48 kHz, which are `frames` of the stream, that has no answer yet."""

    stream: PlaybackStream
    frames: int
    samples: int


class StreamPuller:
    """Reads the streams of a registry; keeps the newest request while it is open."""

    def __init__(self, registry: StreamRegistry) -> None:
        self._registry = registry
        self._remainders: dict[int, int] = {}
        self._open: _OpenRequest | None = None
        self._misses = 0
        self._requested_at = 0.0
        """When the newest request was made."""
        self._unfilled_since: float | None = None
        """When the oldest request was made whose sound the program has not replaced yet."""

    def request(self, samples: int, now: float) -> PlayedSound | None:
        """Read `samples` at 48 kHz of each stream; return what is played, None if it is not there yet.

        `now` is in seconds.
        """
        self._registry.set_pull(samples / SERVER_RATE)
        answer, played = None, self._registry.newest_playing()
        if self._open is None or self._open.stream is not played:
            self._misses = 0
        elif played.writes_on_demand:
            played.missed(self._open.frames)
        self._open, self._requested_at = None, now
        self._unfilled_since = now if self._unfilled_since is None else self._unfilled_since
        for stream, frames in self._wanted(samples):
            if stream is played:
                answer = self._answer(stream, frames, samples)
            else:
                self._read(stream, frames, samples)
        return answer

    def supply(self, now: float) -> PlayedSound | None:
        """Return the answer to an open request once its program has written enough."""
        request, played = self._open, self._registry.newest_playing()
        if self._unfilled_since is not None and played is not None and played.is_filled:
            played.filled(now - self._unfilled_since)
            self._unfilled_since = None
        if request is None or not request.stream.has(request.frames):
            return None
        if request.stream is not played:
            return None  # it was closed or paused meanwhile
        self._open, self._misses = None, 0
        if now - self._requested_at > PROMPT_SECONDS:
            request.stream.late(request.frames)
        return _answer(request.stream, request.frames, request.samples)

    def _wanted(self, samples: int) -> Iterator[tuple[PlaybackStream, int]]:
        """Yield the streams that are not paused, and how many of its frames last as long as `samples`.

        What is left of a frame is added the next time.
        """
        remainders, self._remainders = self._remainders, {}
        for number, stream in self._registry.streams.items():
            rate = exact_rate(stream.spec.rate)
            total = remainders.get(number, 0)
            if not stream.corked:
                total += samples * rate.numerator
            frames, self._remainders[number] = divmod(total, SERVER_RATE * rate.denominator)
            if not stream.corked:
                yield stream, min(frames, MAX_AUDIO_SAMPLES * max(1, -(-stream.spec.rate // SERVER_RATE)))

    def _answer(self, stream: PlaybackStream, frames: int, samples: int) -> PlayedSound | None:
        if not stream.has(frames) and not stream.draining:
            note = stream.demand if stream.writes_on_demand else stream.missed
            note(frames)
            if not stream.playing and not stream.ready:
                stream.run_on(frames)
                return None
            self._misses += 1
            if self._misses <= _MAX_MISSES:
                self._open = _OpenRequest(stream, frames, samples)
                return None
        return _answer(stream, frames, samples)

    def _read(self, stream: PlaybackStream, frames: int, samples: int) -> None:
        if not stream.has(frames):
            stream.missed(frames)
            if not stream.ready:
                stream.run_on(frames)
        stream.take(frames, samples)


def _answer(stream: PlaybackStream, frames: int, samples: int) -> PlayedSound | None:
    data = stream.take(frames, min(samples, MAX_AUDIO_SAMPLES))
    return PlayedSound(stream.played_rate, stream.played_channels, data) if data else None
