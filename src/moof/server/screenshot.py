"""The Mac's screen as a PNG file, whoever else is watching or not."""

from typing import Final

import numpy as np

from moof.ipc import EmulatorConnection, FrameReader, SegmentError
from moof.media.png import encode_png

from .source import EmulatorSource

_ATTEMPTS: Final = 5


class NoPictureError(Exception):
    """There is nothing to see; the text says why."""


def take_screenshot(source: EmulatorSource) -> bytes:
    """Return the newest frame as a PNG file; from any thread, and nobody else misses a frame by it.

    Raises NoPictureError.
    """
    with source.lease() as connection:
        if connection is None:
            raise NoPictureError("No emulator is connected.")
        try:
            return _encode_newest(connection)
        except SegmentError as error:
            raise NoPictureError(f"The emulator's picture makes no sense: {error}.") from error


def _encode_newest(connection: EmulatorConnection) -> bytes:
    reader = FrameReader(connection.segment, connection.frame_fd)  # `current` takes no signals
    for _ in range(_ATTEMPTS):
        frame = reader.current()
        if frame is None:
            raise NoPictureError("The Mac has not shown a picture yet.")
        pixels = np.array(frame.pixels)
        if reader.still_valid(frame):
            return encode_png(pixels, pixel_format=frame.pixel_format.name.lower())
    raise NoPictureError("The emulator draws faster than its picture can be read.")
