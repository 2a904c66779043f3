"""Takes screenshots: the Mac's picture as a PNG file, whether there are viewers or not."""

import threading

from moof.ipc import EmulatorConnection, FrameSlotReader, SegmentError
from moof.media.png import encode_png
from moof.server.emulator.link import EmulatorLink
from moof.server.video.framebuffer import ShadowFramebuffer


class NoPictureError(Exception):
    """There is no picture to take; the text says why."""


class Screenshotter:
    """Takes screenshots of the linked emulator; from any thread, and viewers miss no frame by it.

    One is taken at a time, and while nothing changes the last file is returned again: endless requests cost
    no more encoding than the Mac publishes frames.
    """

    def __init__(self, link: EmulatorLink) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._taken: tuple[int, int] | None = None
        """The emulator's pid and the frame's number."""
        self._file = b""

    def take(self) -> bytes:
        """Return the newest frame as a PNG file. Raises NoPictureError."""
        with self._lock, self._link.lease() as connection:
            if connection is None:
                raise NoPictureError("No emulator is connected.")
            try:
                return self._newest(connection)
            except SegmentError as error:
                raise NoPictureError(f"The emulator's picture is invalid: {error}.") from error

    def _newest(self, connection: EmulatorConnection) -> bytes:
        reader = FrameSlotReader(connection.segment, connection.frame_fd)  # `current` takes no signals
        frame = reader.current()
        if frame is None:
            raise NoPictureError("The Mac has not shown a picture yet.")
        if self._taken != (connection.pid, frame.index):
            framebuffer = ShadowFramebuffer()
            frame, _, consistent = framebuffer.update(frame, reader)
            if not consistent:
                raise NoPictureError("The emulator draws faster than its picture can be read.")
            self._file = encode_png(framebuffer.bgra)
            self._taken = connection.pid, frame.index
        return self._file
