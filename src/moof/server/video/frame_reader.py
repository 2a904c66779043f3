"""From the emulator's newest frame to update: what changed, where the cursor is, which ping came back."""

from dataclasses import dataclass
from typing import Final

from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorConnection, Frame
from moof.server.protocol.frame_info import FrameInfo, PingTimes

from .framebuffer import ShadowFramebuffer
from .rendition import realtime_us

_ECHOES: Final = 5  # ipc-v4, "Ping": a ping is echoed by so many frames


_LOOK_SECONDS: Final = 0.25
"""How long an emulator is believed that nothing changes. Not longer: existing ones are wrong now and then."""
_UNSETTLED_SECONDS: Final = 0.004


@dataclass(frozen=True, slots=True)
class FrameUpdate:
    """What one frame brought. `changed` is empty when no pixel differs from what we hold."""

    index: int
    timestamp_us: int
    changed: Rect
    info: FrameInfo
    """All but the RTP timestamp and the update number."""
    send_info: bool
    """The page should learn of it even if no pixel changed."""


class FrameUpdateReader:
    """Reads frames into the framebuffer. For one thread.

    Raises SegmentError where the shared memory makes no sense; the next call goes on with the next frame.
    """

    def __init__(self, framebuffer: ShadowFramebuffer) -> None:
        self._framebuffer = framebuffer
        self._connection: EmulatorConnection | None = None
        self._consistent = False
        self._postponed = False
        self._look_at = 0.0
        self._index = 0
        self._cursor = (0, 0, False)
        self._pings = PingFilter()

    def consistent(self, connection: EmulatorConnection) -> bool:
        """Return False while the screen may be out of date or torn: `read` again, even without a signal."""
        return self._consistent and connection is self._connection

    def retry_at(self, now: float) -> float:
        """Return when to `read` again while not settled."""
        return max(self._look_at, now) if self._postponed else now + _UNSETTLED_SECONDS

    def skip(self, connection: EmulatorConnection) -> int:
        """Take the signals of frames that nobody watches; return the emulator's frame count."""
        self._consistent = self._postponed = False
        connection.frames.latest()
        return connection.segment.read("frame_count")

    def read(self, connection: EmulatorConnection, now: float) -> FrameUpdate | None:
        """Bring the screen up to date with the newest frame; None if it is so already.

        A frame that says that nothing changed is compared a while later, with all that follow it.
        """
        if connection is not self._connection:
            self._connection, self._consistent, self._postponed, self._index = connection, False, False, 0
        frame = connection.frames.latest()
        if self._may_wait(frame, now):
            self._consistent, self._postponed = False, True
            return self._update(frame, EMPTY, realtime_us()) if frame is not None else None
        if frame is None and not self._consistent:
            frame = connection.frames.current()
        if frame is None:
            self._consistent = True
            return None
        read_us = realtime_us()
        self._consistent = False  # should the next line raise
        frame, changed, self._consistent = self._framebuffer.update(frame, connection.frames)
        self._postponed, self._look_at = False, now + _LOOK_SECONDS
        return self._update(frame, changed, read_us)

    def _may_wait(self, frame: Frame | None, now: float) -> bool:
        if now >= self._look_at or not (self._consistent or self._postponed):
            return False
        if frame is None:
            return self._postponed
        return (
            not frame.skipped
            and not frame.dirty.width
            and (frame.width, frame.height) == self._framebuffer.size
        )

    def _update(self, frame: Frame, changed: Rect, read_us: int) -> FrameUpdate:
        cursor = (frame.cursor_x, frame.cursor_y, frame.cursor_visible)
        new, moved = frame.index != self._index, cursor != self._cursor
        self._index, self._cursor = frame.index, cursor
        ping = self._pings.echo(frame) if new else None
        info = FrameInfo(frame.width, frame.height, *cursor, 0, 0, ping, t5_us=read_us)
        return FrameUpdate(
            frame.index, frame.timestamp_us, changed, info, send_info=moved or ping is not None
        )


class PingFilter:
    """Passes a ping on with the first five frames that carry its echo, since the message may get lost.

    Later the echo merely stands in the segment and says nothing about the frame.
    """

    def __init__(self) -> None:
        self._sequence = 0
        self._remaining = 0

    def echo(self, frame: Frame) -> PingTimes | None:
        """Return the ping that this frame answers."""
        echo = frame.ping
        if echo is None:
            return None
        # Existing emulators write t4 after the frame was signalled: until then it is an older ping's.
        t4_us = echo.t4_frame_us if echo.t4_frame_us >= echo.t3_emulator_us else frame.timestamp_us
        if t4_us < echo.t3_emulator_us:
            return None  # this frame was made before the ping arrived
        if echo.sequence != self._sequence:
            self._sequence, self._remaining = echo.sequence, _ECHOES
        if not self._remaining:
            return None
        self._remaining -= 1
        return PingTimes(echo.sequence, echo.t1_browser_ms, echo.t2_server_us, echo.t3_emulator_us, t4_us)
