"""The picture thread: newest frame → what changed → each rendition in use, once → its viewers."""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from moof.ipc import EmulatorConnection, Message, SegmentError
from moof.media.codecs import CODECS, PictureQuality, Transport
from moof.media.warmup import make_kernels_ready
from moof.server.emulator.extension import ExactDirty
from moof.server.emulator.link import EmulatorLink, EmulatorLinkListener, EmulatorStatus, SentMessageListener
from moof.server.media_thread import MediaThread
from moof.server.protocol.frame_info import Cursor
from moof.server.video.frame_reader import FrameUpdate, FrameUpdateReader, RtpClock
from moof.server.video.framebuffer import ContentSource, ContentStats, MotionMeter, ShadowFramebuffer
from moof.server.video.picture_rest import PictureRest
from moof.server.video.rendition import (
    EncodeJob,
    EncoderStats,
    OutgoingFrame,
    Rendition,
    RenditionFactory,
    RenditionFanout,
    realtime_us,
)
from moof.server.video.rtp_rendition import RtpRendition
from moof.server.video.tile_rendition import TileRendition
from moof.server.viewers import ViewerRegistry

LOG: Final = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.5
_MAX_FAILED_READS: Final = 30
"""Invalid reads in a row before the emulator is disconnected: half a second at most."""


@dataclass(frozen=True, slots=True)
class VideoStats:
    """The pipeline's statistics; `frames` and `fps` are the emulator's."""

    frames: int
    fps: float
    torn: int
    """Reads repeated because the emulator overwrote the frame meanwhile."""
    renditions: dict[str, EncoderStats] = field(default_factory=dict)
    """By codec; only of those in use."""


class VideoPipeline(MediaThread, EmulatorLinkListener, SentMessageListener, ContentSource):
    """Serves all viewers from one thread, "picture".

    What goes over RTP leaves on this thread. Tiles are sent by the event loop, to which at most one batch is
    on its way: until it has been sent, the emulator's frames are skipped and their changes add up, so nothing
    queues when the loop is busy.
    """

    def __init__(
        self,
        link: EmulatorLink,
        viewers: ViewerRegistry,
        loop: asyncio.AbstractEventLoop,
        exact: ExactDirty,
        fps: int = 60,
    ) -> None:
        super().__init__("picture", viewers)
        self._link = link
        self._loop = loop
        self._fps = fps
        self._framebuffer = ShadowFramebuffer()
        self._reader = FrameUpdateReader(self._framebuffer, exact)
        self._fanout = RenditionFanout(CodecRenditionFactory(fps))
        self._rtp_clock = RtpClock()
        self._motion = MotionMeter()
        self._rest = PictureRest()
        self._cursor = Cursor(0, 0, visible=False)
        self._failed_reads = 0
        self._next_frame_at = 0.0
        self._sending = False

    def start(self) -> None:
        """Start the thread."""
        self._link.add_listener(self)
        self._link.add_sent_listener(self)
        super().start()

    def emulator_changed(self, status: EmulatorStatus) -> None:
        """Wake the thread: there may be another emulator to read from. Called on the link's thread."""
        self._wakeup.signal()

    def message_sent(self, message: Message) -> None:
        """Look at each frame again: what the emulator got may change the picture. From any thread."""
        if self._rest.disturb_by(message, time.monotonic()):
            self._wakeup.signal()

    def content_stats(self) -> ContentStats:
        """Return what kind of picture it is; from any thread."""
        return ContentStats(self._framebuffer.colourful(), self._motion.rate(time.monotonic()))

    def stats(self) -> VideoStats:
        """Return the statistics so far; from any thread."""
        frame_rate = self._reader.frame_rate
        fps = frame_rate.rate(time.monotonic())
        return VideoStats(frame_rate.count, fps, self._framebuffer.torn, dict(self._fanout.stats))

    def _run(self) -> None:
        make_kernels_ready()  # while the first viewer's page loads
        while not self._stopping:
            try:
                with self._link.lease() as connection:
                    woken = self._wait(connection)
                    self._step(connection, woken, time.monotonic())
            except Exception:
                LOG.exception("A picture could not be encoded; all encoders are closed and opened again.")
                self._fanout.close()  # every rendition starts again, with a key frame
        self._fanout.close()

    def _step(self, connection: EmulatorConnection | None, woken: bool, now: float) -> None:
        """Read the newest frame, encode what is due and pass it to the event loop."""
        self._fanout.update(self._viewers.present(), self._viewers.take_keyframe_requests(), now)
        if self._sending:
            return
        update = self._read(connection, now) if connection is not None else None
        if update is not None:
            self._cursor = update.cursor
            self._fanout.mark_changed(update.changed, self._framebuffer.size)
            self._motion.record(update.changed, self._framebuffer.size, now)
            if not update.changed.is_empty or (update.send_info and update.ping is None):
                self._rest.disturb(now)
        due_at = self._due_at()
        due = due_at is not None and (woken or due_at <= now)
        if due or (update is not None and update.send_info):
            self._send(self._fanout.encode(self._job(update, now)))

    def _due_at(self) -> float | None:
        """Return when a rendition is due; None before there is a picture at all."""
        return None if 0 in self._framebuffer.size else self._fanout.due_at()

    def _read(self, connection: EmulatorConnection, now: float) -> FrameUpdate | None:
        """Read the newest frame if there is one, a viewer for it, and it does not come too soon."""
        try:
            if not self._fanout.in_use:
                self._reader.skip(connection, now)
                return None
            if now < self._next_frame_at and self._reader.consistent(connection):
                return None
            update = self._reader.read(connection, now)
        except SegmentError as error:
            self._failed_reads += 1
            if self._failed_reads >= _MAX_FAILED_READS:
                self._failed_reads = 0
                self._link.back_off(connection, str(error))
            return None
        self._failed_reads = 0
        if update is not None:
            self._rest.looked(now)
            # An emulator that publishes too fast is thinned out to twice the rate it should have.
            self._next_frame_at = now + 0.5 / self._fps
        return update

    def _job(self, update: FrameUpdate | None, now: float) -> EncodeJob:
        """Return the job to encode this update, or the picture as it is for a viewer that lacks it."""
        now_us = realtime_us()
        if update is None:
            timestamp = self._rtp_clock.timestamp(now_us, now_us, now)
            return EncodeJob(self._framebuffer, self._cursor, timestamp, now_us, now)
        return EncodeJob(
            self._framebuffer,
            update.cursor,
            self._rtp_clock.timestamp(update.timestamp_us, now_us, now),
            update.read_us,
            now,
            update.ping,
            update.send_info,
        )

    def _wait(self, connection: EmulatorConnection | None) -> bool:
        """Wait for a frame, a wake-up or what is due; True for a wake-up (by a viewer or the event loop)."""
        now = time.monotonic()
        until, frame_fd = now + _IDLE_SECONDS, None
        if self._fanout.in_use and not self._sending:
            until = min(until, self._deadline(connection, now))
            frame_fd = connection.frame_fd if connection is not None else None
        if frame_fd is not None and self._woken_at_rest(until):
            return True
        woken, _ = self._wakeup.wait_beside(frame_fd, until - time.monotonic())
        if not woken:
            # A frame that comes too soon waits; frames in step with the screen are never delayed here.
            too_soon = min(self._next_frame_at, until) - time.monotonic()
            return frame_fd is not None and too_soon > 0 and self._wakeup.wait(too_soon)
        return True

    def _woken_at_rest(self, until: float) -> bool:
        """While nothing happens, let the frames of 50 ms pass, at most until then; True for a wake-up."""
        self._rest.waiting = True  # before the state is read, so that nothing is missed
        now = time.monotonic()
        pause = min(self._rest.pause(now), until - now)
        woken = pause > 0 and self._wakeup.wait(pause)
        self._rest.waiting = False
        return woken

    def _deadline(self, connection: EmulatorConnection | None, now: float) -> float:
        """Return when to go on even without a frame or a wake-up."""
        deadlines = [now + _IDLE_SECONDS]
        if (due_at := self._due_at()) is not None:
            deadlines.append(due_at)
        if connection is not None and not self._reader.consistent(connection):
            deadlines.append(self._reader.retry_at(now))
        return min(deadlines)

    def _send(self, frames: Sequence[OutgoingFrame]) -> None:
        """Send each viewer its frame: at once, or tiles by the event loop."""
        tiles = [frame for frame in frames if frame.tiles is not None]
        if tiles:
            self._sending = True
            try:
                self._loop.call_soon_threadsafe(self._send_tiles, tiles)
            except RuntimeError:  # the event loop was closed: the server is stopping
                self._stopping = True
        _send_each(frame for frame in frames if frame.tiles is None)

    def _send_tiles(self, frames: Sequence[OutgoingFrame]) -> None:
        """Send each viewer its tiles; runs on the event loop."""
        try:
            _send_each(frames)
        finally:
            self._sending = False
            self._wakeup.signal()


def _send_each(frames: Iterable[OutgoingFrame]) -> None:
    for frame in frames:
        try:
            frame.send()
        except Exception:
            LOG.exception("The picture could not be sent to viewer %s.", frame.viewer.id)


class CodecRenditionFactory(RenditionFactory):
    """Opens renditions of the codecs in the table, for `fps` frames a second."""

    def __init__(self, fps: int) -> None:
        self._fps = fps

    def create(self, codec: str, quality: PictureQuality) -> Rendition:
        """Return a new rendition of this codec: tiles or RTP."""
        if CODECS[codec].transport is Transport.TILES:
            return TileRendition(CODECS[codec])
        return RtpRendition(CODECS[codec], self._fps, quality)
