"""Reads the emulator's newest frame: what changed, the cursor, which ping it answers, its RTP timestamp."""

from collections import deque
from typing import Final, NamedTuple

from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorConnection, Frame
from moof.server.emulator.extension import ExactDirty
from moof.server.protocol.frame_info import Cursor, PingTimes
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.video.rendition import realtime_us

VIDEO_CLOCK_RATE: Final = 90_000

_PASSED_ON: Final = 2
"""How many of the five frames that echo a ping (docs/contract.md, "Ping") pass it on to the viewer."""
_COMPARE_SECONDS: Final = 0.25
"""How long frames that claim no change are taken at their word. Not longer: existing emulators' claims are
wrong now and then."""
_RETRY_SECONDS: Final = 0.004
"""Until a torn read is repeated."""
_RATE_WINDOW_SECONDS: Final = 2.0
_MAX_AGE_US: Final = 1_000_000


class FrameUpdate(NamedTuple):
    """What one frame brought. `changed` is empty when no pixel differs from the framebuffer."""

    timestamp_us: int
    """When the emulator finished the frame, CLOCK_REALTIME."""
    read_us: int
    """When it was read, CLOCK_REALTIME."""
    changed: Rect
    cursor: Cursor
    ping: PingTimes | None
    """The ping that the frame answers."""
    send_info: bool
    """Whether the "frame" message has to be sent even if no pixel changed."""


class FrameUpdateReader:
    """Reads frames into the framebuffer. For one thread.

    Raises SegmentError where the shared memory is invalid; the next call goes on with the next frame.
    """

    def __init__(self, framebuffer: ShadowFramebuffer, exact: ExactDirty) -> None:
        self._exact = exact
        self.frame_rate = FrameRateMeter()
        self._framebuffer = framebuffer
        self._connection: EmulatorConnection | None = None
        self._consistent = False
        self._postponed = False
        self._compare_at = 0.0
        self._index = 0
        self._cursor = Cursor(0, 0, visible=False)
        self._pings = PingFilter()

    def consistent(self, connection: EmulatorConnection) -> bool:
        """Return False while the framebuffer may be old or torn: `read` again, even without a signal."""
        return self._consistent and connection is self._connection

    def retry_at(self, now: float) -> float:
        """Return when to `read` again while the framebuffer is not consistent."""
        return max(self._compare_at, now) if self._postponed else now + _RETRY_SECONDS

    def skip(self, connection: EmulatorConnection, now: float) -> None:
        """Clear the signals of frames that no viewer needs, and only count them."""
        self._consistent = self._postponed = False
        connection.frames.latest()
        self.frame_rate.record(connection.segment.read("frame_count"), now)

    def read(self, connection: EmulatorConnection, now: float) -> FrameUpdate | None:
        """Bring the framebuffer up to date with the newest frame; None if it is so already.

        A frame is compared inside its dirty rectangle if the emulator's are exact, else as a whole; then one
        that claims that nothing changed is compared a while later, with all that follow it.
        """
        if connection is not self._connection:
            self._connection, self._consistent, self._postponed, self._index = connection, False, False, 0
        frame = connection.frames.latest()
        within = self._reliable_dirty(connection, frame)
        if within is None and self._may_postpone(frame, now):
            self._consistent, self._postponed = False, True
            return self._update(frame, EMPTY, realtime_us(), now) if frame is not None else None
        if frame is None and not self._consistent:
            frame = connection.frames.current()
        if frame is None:
            self._consistent = True
            return None
        read_us = realtime_us()
        self._consistent = False  # should the next line raise
        frame, changed, self._consistent = self._framebuffer.update(frame, connection.frames, within)
        self._postponed, self._compare_at = False, now + _COMPARE_SECONDS
        return self._update(frame, changed, read_us, now)

    def _reliable_dirty(self, connection: EmulatorConnection, frame: Frame | None) -> Rect | None:
        """Return the dirty rectangle if no other pixel can differ from the framebuffer, else None."""
        if frame is None or not self._consistent or frame.index != self._index + 1:
            return None
        return frame.dirty if self._exact.has_exact_dirty(connection) else None

    def _may_postpone(self, frame: Frame | None, now: float) -> bool:
        """Return whether comparing the frame (None: no new one) with the framebuffer can wait."""
        if now >= self._compare_at or not (self._consistent or self._postponed):
            return False
        if frame is None:
            return self._postponed
        return (
            not frame.skipped
            and not frame.dirty.width
            and (frame.width, frame.height) == self._framebuffer.size
        )

    def _update(self, frame: Frame, changed: Rect, read_us: int, now: float) -> FrameUpdate:
        self.frame_rate.record(frame.index, now)
        cursor = Cursor(frame.cursor_x, frame.cursor_y, frame.cursor_visible)
        new, moved = frame.index != self._index, cursor != self._cursor
        self._index, self._cursor = frame.index, cursor
        ping = self._pings.echo(frame) if new else None
        return FrameUpdate(
            frame.timestamp_us, read_us, changed, cursor, ping, send_info=moved or ping is not None
        )


class PingFilter:
    """Passes a ping on with the first two frames that carry its echo, since the message may get lost.

    After that the echo merely stays in the segment and says nothing about the frame.
    """

    def __init__(self) -> None:
        self._sequence = 0
        self._remaining = 0

    def echo(self, frame: Frame) -> PingTimes | None:
        """Return the ping that this frame answers."""
        echo = frame.ping
        if echo is None:
            return None
        # Existing emulators write t4 after the frame was signaled: until then it is an older ping's.
        t4_us = echo.t4_frame_us if echo.t4_frame_us >= echo.t3_emulator_us else frame.timestamp_us
        if t4_us < echo.t3_emulator_us:
            return None  # this frame was made before the ping arrived
        if echo.sequence != self._sequence:
            self._sequence, self._remaining = echo.sequence, _PASSED_ON
        if not self._remaining:
            return None
        self._remaining -= 1
        return PingTimes(echo.sequence, echo.t1_browser_ms, echo.t2_server_us, echo.t3_emulator_us, t4_us)


class FrameRateMeter:
    """Frames a second over the last two seconds, by the emulator's count. `now`: s, CLOCK_MONOTONIC.

    Recorded by one thread, read from any.
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        self.count = 0
        """The emulator's frame count, as last recorded."""

    def record(self, count: int, now: float) -> None:
        """Record the count; one that went back belongs to a new emulator."""
        if count < self.count:
            self._samples.clear()
        self.count = count
        self._samples.append((now, count))
        # One sample from before the window stays: the rate is taken over the time since.
        while len(self._samples) > 1 and self._samples[1][0] <= now - _RATE_WINDOW_SECONDS:
            self._samples.popleft()

    def rate(self, now: float) -> float:
        """Return the frames a second until now; 0 once none was published for two seconds."""
        samples = list(self._samples)
        if not samples or now - samples[-1][0] >= _RATE_WINDOW_SECONDS:
            return 0.0
        start, count = samples[0]
        return (self.count - count) / max(now - start, _RATE_WINDOW_SECONDS / 2)


class RtpClock:
    """Gives each picture its RTP timestamp: 90 kHz, from the frames' own timestamps (RFC 6184 section 8.1).

    The timestamps strictly increase; all renditions of one picture share them. The clock runs with
    CLOCK_MONOTONIC: of the frames' own timestamps only their age counts, so that a computer whose clock is
    set goes on at the usual pace. An age of more than a second is ignored: it would make a browser wait for a
    time in the future.
    """

    def __init__(self) -> None:
        self._last = -1

    def timestamp(self, timestamp_us: int, now_us: int, now: float) -> int:
        """Return the 32-bit timestamp of a picture made at `timestamp_us`.

        That and `now_us` are CLOCK_REALTIME, `now` is the same moment by CLOCK_MONOTONIC in seconds.
        """
        age_us = now_us - timestamp_us
        if abs(age_us) > _MAX_AGE_US:
            age_us = 0
        ticks = (round(now * 1_000_000) - age_us) * VIDEO_CLOCK_RATE // 1_000_000
        self._last = max(ticks, self._last + 1)
        return self._last & 0xFFFFFFFF
