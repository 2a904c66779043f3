"""The open streams of all programs, by number, in the order in which they were opened."""

import itertools

from moof.bridge.pulse.playback_stream import MAX_PULL_SECONDS, PlaybackStream


class StreamRegistry:
    """The protocol's sink inputs: every program may list them. A number is not used twice.

    `pull_seconds` is how much sound the server requests at a time; streams buffer as much.
    """

    def __init__(self) -> None:
        self.streams: dict[int, PlaybackStream] = {}
        self.pull_seconds = MAX_PULL_SECONDS
        self._numbers = itertools.count()

    def add(self, stream: PlaybackStream) -> int:
        """Add a stream and return its number."""
        number = next(self._numbers)
        stream.set_pull(self.pull_seconds)
        self.streams[number] = stream
        return number

    def set_pull(self, seconds: float) -> None:
        """Note how much the server requests at a time, at most 20 ms; adapt what the streams buffer."""
        seconds = min(seconds, MAX_PULL_SECONDS)
        if seconds != self.pull_seconds:
            self.pull_seconds = seconds
            for stream in self.streams.values():
                stream.set_pull(seconds)

    def remove(self, number: int) -> None:
        """Remove a stream."""
        del self.streams[number]

    def newest_playing(self) -> PlaybackStream | None:
        """Return the stream that was opened last of those that are not paused."""
        return next((stream for stream in reversed(self.streams.values()) if not stream.corked), None)
