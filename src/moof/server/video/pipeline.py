"""The picture thread: newest frame → what changed → each rendition in use, once → its viewers."""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from moof.ipc import EmulatorConnection, SegmentError
from moof.media.codecs import CODECS, Transport
from moof.server.emulator.link import EmulatorLink, EmulatorLinkListener, EmulatorStatus
from moof.server.protocol.frame_info import FrameInfo
from moof.server.viewers import ViewerRegistry
from moof.server.wakeup import Wakeup

from .codec_selection import ContentStats
from .fanout import RenditionFanout
from .frame_reader import FrameUpdate, FrameUpdateReader
from .framebuffer import ShadowFramebuffer
from .meters import FrameRateMeter, MotionMeter
from .rendition import EncodeJob, EncoderStats, OutgoingFrame, Rendition, realtime_us
from .rtp_clock import RtpClock
from .rtp_rendition import RtpRendition
from .tile_rendition import TileRendition

log = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.5
_NONSENSE_LIMIT: Final = 30
"""Reads in a row that make no sense before the emulator is given up: half a second at most."""


@dataclass(frozen=True, slots=True)
class VideoStats:
    """What the picture loop has to show; `frames` and `fps` are the emulator's."""

    frames: int
    fps: float
    torn: int
    """Reads repeated because the emulator overtook us."""
    renditions: dict[str, EncoderStats] = field(default_factory=dict)
    """By codec; only of those in use."""


class VideoPipeline(EmulatorLinkListener):
    """Serves all viewers from one thread, "picture".

    At most one batch of deliveries is under way to the event loop. While it is, frames are passed over and
    their changes add up, so nothing queues when the loop is busy.
    """

    def __init__(
        self, source: EmulatorLink, viewers: ViewerRegistry, loop: asyncio.AbstractEventLoop, fps: int = 60
    ) -> None:
        self._source = source
        self._viewers = viewers
        self._loop = loop
        self._fps = fps
        self._framebuffer = ShadowFramebuffer()
        self._reader = FrameUpdateReader(self._framebuffer)
        self._fanout = RenditionFanout(self._make_rendition)
        self._rtp = RtpClock()
        self._rate = FrameRateMeter()
        self._motion = MotionMeter()
        self._info = FrameInfo(0, 0, 0, 0, cursor_visible=False, rtp_timestamp=0, update=0)
        self._nonsense = 0
        self._next_frame_at = 0.0
        self._under_way = False
        self._stopping = False
        self._wakeup = Wakeup()
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)

    def start(self) -> None:
        """Start serving."""
        self._viewers.attach(self._wakeup)
        self._source.add_listener(self)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give the encoders back."""
        self._stopping = True
        self._viewers.detach(self._wakeup)
        self._wakeup.signal()
        if self._thread.is_alive():
            self._thread.join()
        self._wakeup.close()

    def emulator_changed(self, status: EmulatorStatus) -> None:
        """Wake the thread: it may have another emulator to read from. Called on the link's thread."""
        self._wakeup.signal()

    @property
    def alive(self) -> bool:
        """Say whether the thread runs; from any thread."""
        return self._thread.is_alive()

    def scene(self) -> ContentStats:
        """Return what kind of picture it is; from any thread."""
        return ContentStats(self._framebuffer.colourful(), self._motion.rate(time.monotonic()))

    def stats(self) -> VideoStats:
        """Return the stats so far; from any thread."""
        rate = self._rate.rate(time.monotonic())
        return VideoStats(self._rate.count, rate, self._framebuffer.torn, dict(self._fanout.stats))

    def _run(self) -> None:
        while not self._stopping:
            try:
                with self._source.lease() as connection:
                    woken = self._wait(connection)
                    self._turn(connection, woken, time.monotonic())
            except Exception:  # without this thread nobody would see anything any more
                log.exception("a picture was lost")
                self._fanout.close()  # every rendition starts anew, with a key frame
        self._fanout.close()

    def _turn(self, connection: EmulatorConnection | None, woken: bool, now: float) -> None:
        """Read what is new and hand out what is due."""
        self._fanout.update(self._viewers.present(), self._viewers.take_keyframe_requests(), now)
        if self._under_way:
            return
        update = self._read(connection, now) if connection is not None else None
        if update is not None:
            self._info = update.info
            self._fanout.mark_changed(update.changed, self._framebuffer.size)
            self._motion.note(update.changed, self._framebuffer.size, now)
        due_at = self._due_at()
        due = due_at is not None and (woken or due_at <= now)
        if due or (update is not None and update.send_info):
            self._hand_over(self._fanout.encode(self._picture(update, now)))

    def _due_at(self) -> float | None:
        """Return when something is due; never before there is a picture at all."""
        return None if 0 in self._framebuffer.size else self._fanout.due_at()

    def _read(self, connection: EmulatorConnection, now: float) -> FrameUpdate | None:
        """Take the newest frame, if there is one to take and somebody to see it."""
        try:
            if not self._fanout.in_use:
                self._rate.note(self._reader.skip(connection), now)
                return None
            if now < self._next_frame_at and self._reader.consistent(connection):
                return None
            update = self._reader.read(connection, now)
        except SegmentError as error:
            self._nonsense += 1
            if self._nonsense >= _NONSENSE_LIMIT:
                self._nonsense = 0
                self._source.back_off(connection, str(error))
            return None
        self._nonsense = 0
        if update is not None:
            self._rate.note(update.index, now)
            # An emulator that publishes without measure is thinned out to twice the rate it should have.
            self._next_frame_at = now + 0.5 / self._fps
        return update

    def _picture(self, update: FrameUpdate | None, now: float) -> EncodeJob:
        """Return the occasion to show the update, or an earlier picture to somebody who lacks it."""
        now_us = realtime_us()
        if update is None:
            stamp = self._rtp.stamp(now_us, now_us, now)
            info = replace(self._info, rtp_timestamp=stamp, ping=None, t5_us=now_us)
            return EncodeJob(self._framebuffer, info, now)
        stamp = self._rtp.stamp(update.timestamp_us, now_us, now)
        return EncodeJob(self._framebuffer, replace(update.info, rtp_timestamp=stamp), now, update.send_info)

    def _wait(self, connection: EmulatorConnection | None) -> bool:
        """Wait for a frame, a viewer's wish or what is due; True when a viewer or the event loop called."""
        now = time.monotonic()
        until, frames = now + _IDLE_SECONDS, None
        if self._fanout.in_use and not self._under_way:
            until = min(until, self._deadline(connection, now))
            frames = connection.frame_fd if connection is not None else None
        rung, _ = self._wakeup.wait_beside(frames, until - now)
        if not rung:
            # A frame that comes too soon waits; frames in step with the screen are never held up here.
            too_soon = min(self._next_frame_at, until) - time.monotonic()
            return frames is not None and too_soon > 0 and self._wakeup.wait(too_soon)
        return True

    def _deadline(self, connection: EmulatorConnection | None, now: float) -> float:
        """Return when to go on even if nothing happens."""
        deadlines = [now + _IDLE_SECONDS]
        if (due_at := self._due_at()) is not None:
            deadlines.append(due_at)
        if connection is not None and not self._reader.consistent(connection):
            deadlines.append(self._reader.retry_at(now))
        return min(deadlines)

    def _hand_over(self, deliveries: Sequence[OutgoingFrame]) -> None:
        if not deliveries:
            return
        self._under_way = True
        try:
            self._loop.call_soon_threadsafe(self._send, deliveries)
        except RuntimeError:  # the event loop was closed: the server is stopping
            self._stopping = True

    def _send(self, deliveries: Sequence[OutgoingFrame]) -> None:
        """Send each viewer its share; runs on the event loop."""
        try:
            for delivery in deliveries:
                try:
                    delivery.send()
                except Exception:  # one viewer's trouble must not become the others'
                    log.exception("viewer %s could not be sent its picture", delivery.viewer.id)
        finally:
            self._under_way = False
            self._wakeup.signal()

    def _make_rendition(self, codec: str) -> Rendition:
        if CODECS[codec].transport is Transport.TILES:
            return TileRendition(CODECS[codec])
        return RtpRendition(CODECS[codec], self._fps)
