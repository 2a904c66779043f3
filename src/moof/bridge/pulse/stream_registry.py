"""The open streams of all programs, by number, in the order in which they were opened."""

import itertools

from moof.bridge.pulse.playback_stream import PlaybackStream


class StreamRegistry:
    """The protocol's sink inputs: every program may list them. A number is not used twice."""

    def __init__(self) -> None:
        self.streams: dict[int, PlaybackStream] = {}
        self._numbers = itertools.count()

    def add(self, stream: PlaybackStream) -> int:
        """Add a stream and return its number."""
        number = next(self._numbers)
        self.streams[number] = stream
        return number

    def remove(self, number: int) -> None:
        """Remove a stream."""
        del self.streams[number]

    def newest_playing(self) -> PlaybackStream | None:
        """Return the stream that was opened last of those that are not paused."""
        return next((stream for stream in reversed(self.streams.values()) if not stream.corked), None)
