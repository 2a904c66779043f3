"""The Mac's screen as a PNG file, whoever else is watching or not."""

import threading
from typing import Final

import numpy as np

from moof.ipc import EmulatorConnection, FrameSlotReader, SegmentError
from moof.media.png import encode_png
from moof.server.emulator.link import EmulatorLink

_ATTEMPTS: Final = 5


class NoPictureError(Exception):
    """There is nothing to see; the text says why."""


class Screenshotter:
    """Takes pictures of a source's screen; from any thread, and nobody else misses a frame by it.

    One is taken at a time, and while nothing changes it stays the same one: whoever asks endlessly makes us
    encode no more than the Mac draws.
    """

    def __init__(self, source: EmulatorLink) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._taken: tuple[int, int] | None = None
        """The emulator's pid and the frame's number."""
        self._file = b""

    def take(self) -> bytes:
        """Return the newest frame as a PNG file. Raises NoPictureError."""
        with self._lock, self._source.lease() as connection:
            if connection is None:
                raise NoPictureError("No emulator is connected.")
            try:
                return self._newest(connection)
            except SegmentError as error:
                raise NoPictureError(f"The emulator's picture makes no sense: {error}.") from error

    def _newest(self, connection: EmulatorConnection) -> bytes:
        reader = FrameSlotReader(connection.segment, connection.frame_fd)  # `current` takes no signals
        for _ in range(_ATTEMPTS):
            frame = reader.current()
            if frame is None:
                raise NoPictureError("The Mac has not shown a picture yet.")
            if self._taken == (connection.pid, frame.index):
                return self._file
            pixels = np.array(frame.pixels)
            if reader.still_valid(frame):
                self._file = encode_png(pixels, pixel_format=frame.pixel_format.name.lower())
                self._taken = connection.pid, frame.index
                return self._file
        raise NoPictureError("The emulator draws faster than its picture can be read.")
