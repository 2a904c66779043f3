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
from moof.server.emulator.link import EmulatorSource
from moof.server.protocol.frame_info import FrameInfo
from moof.server.viewers import Audience
from moof.server.wakeup import Wakeup

from .codec_selection import Scene
from .fanout import Distribution
from .frame_reader import Intake, News
from .framebuffer import Screen
from .meters import FrameRate, Motion
from .rendition import Delivery, Figures, Picture, Rendition, realtime_us
from .rtp_clock import RtpClock
from .rtp_rendition import VideoRendition
from .tile_rendition import TileRendition

log = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.5
_NONSENSE_LIMIT: Final = 30
"""Reads in a row that make no sense before the emulator is given up: half a second at most."""


@dataclass(frozen=True, slots=True)
class PictureStats:
    """What the picture loop has to show; `frames` and `fps` are the emulator's."""

    frames: int
    fps: float
    torn: int
    """Reads repeated because the emulator overtook us."""
    renditions: dict[str, Figures] = field(default_factory=dict)
    """By codec; only of those in use."""


class PictureLoop:
    """Serves all viewers from one thread, "picture".

    At most one batch of deliveries is under way to the event loop. While it is, frames are passed over and
    their changes add up, so nothing queues when the loop is busy.
    """

    def __init__(
        self, source: EmulatorSource, audience: Audience, loop: asyncio.AbstractEventLoop, fps: int = 60
    ) -> None:
        self._source = source
        self._audience = audience
        self._loop = loop
        self._fps = fps
        self._screen = Screen()
        self._intake = Intake(self._screen)
        self._distribution = Distribution(self._make_rendition)
        self._rtp = RtpClock()
        self._rate = FrameRate()
        self._motion = Motion()
        self._info = FrameInfo(0, 0, 0, 0, cursor_visible=False, rtp_timestamp=0, update=0)
        self._nonsense = 0
        self._next_frame_at = 0.0
        self._under_way = False
        self._stopping = False
        self._wakeup = Wakeup()
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)

    def start(self) -> None:
        """Start serving."""
        self._audience.attach(self._wakeup)
        self._source.on_change.append(lambda status: self._wakeup.ring())
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give the encoders back."""
        self._stopping = True
        self._audience.detach(self._wakeup)
        self._wakeup.ring()
        if self._thread.is_alive():
            self._thread.join()
        self._wakeup.close()

    @property
    def alive(self) -> bool:
        """Say whether the thread runs; from any thread."""
        return self._thread.is_alive()

    def scene(self) -> Scene:
        """Return what kind of picture it is; from any thread."""
        return Scene(self._screen.colourful(), self._motion.rate(time.monotonic()))

    def stats(self) -> PictureStats:
        """Return the figures so far; from any thread."""
        rate = self._rate.rate(time.monotonic())
        return PictureStats(self._rate.count, rate, self._screen.torn, dict(self._distribution.figures))

    def _run(self) -> None:
        while not self._stopping:
            try:
                with self._source.lease() as connection:
                    woken = self._wait(connection)
                    self._turn(connection, woken, time.monotonic())
            except Exception:  # without this thread nobody would see anything any more
                log.exception("a picture was lost")
                self._distribution.close()  # every rendition starts anew, with a key frame
        self._distribution.close()

    def _turn(self, connection: EmulatorConnection | None, woken: bool, now: float) -> None:
        """Read what is new and hand out what is due."""
        self._distribution.admit(self._audience.viewers(), self._audience.take_key_wanted(), now)
        if self._under_way:
            return
        news = self._read(connection, now) if connection is not None else None
        if news is not None:
            self._info = news.info
            self._distribution.changed(news.changed, self._screen.size)
            self._motion.note(news.changed, self._screen.size, now)
        due_at = self._due_at()
        due = due_at is not None and (woken or due_at <= now)
        if due or (news is not None and news.tell):
            self._hand_over(self._distribution.share(self._picture(news, now)))

    def _due_at(self) -> float | None:
        """Return when something is due; never before there is a picture at all."""
        return None if 0 in self._screen.size else self._distribution.due_at()

    def _read(self, connection: EmulatorConnection, now: float) -> News | None:
        """Take the newest frame, if there is one to take and somebody to see it."""
        try:
            if not self._distribution.in_use:
                self._rate.note(self._intake.pass_over(connection), now)
                return None
            if now < self._next_frame_at and self._intake.settled(connection):
                return None
            news = self._intake.read(connection, now)
        except SegmentError as error:
            self._nonsense += 1
            if self._nonsense >= _NONSENSE_LIMIT:
                self._nonsense = 0
                self._source.distrust(connection, str(error))
            return None
        self._nonsense = 0
        if news is not None:
            self._rate.note(news.index, now)
            # An emulator that publishes without measure is thinned out to twice the rate it should have.
            self._next_frame_at = now + 0.5 / self._fps
        return news

    def _picture(self, news: News | None, now: float) -> Picture:
        """Return the occasion to show the news, or an earlier picture to somebody who lacks it."""
        now_us = realtime_us()
        if news is None:
            stamp = self._rtp.stamp(now_us, now_us, now)
            info = replace(self._info, rtp_timestamp=stamp, ping=None, t5_us=now_us)
            return Picture(self._screen, info, now)
        stamp = self._rtp.stamp(news.timestamp_us, now_us, now)
        return Picture(self._screen, replace(news.info, rtp_timestamp=stamp), now, news.tell)

    def _wait(self, connection: EmulatorConnection | None) -> bool:
        """Wait for a frame, a viewer's wish or what is due; True when a viewer or the event loop called."""
        now = time.monotonic()
        until, frames = now + _IDLE_SECONDS, None
        if self._distribution.in_use and not self._under_way:
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
        if connection is not None and not self._intake.settled(connection):
            deadlines.append(self._intake.again_at(now))
        return min(deadlines)

    def _hand_over(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        self._under_way = True
        try:
            self._loop.call_soon_threadsafe(self._send, deliveries)
        except RuntimeError:  # the event loop was closed: the server is stopping
            self._stopping = True

    def _send(self, deliveries: Sequence[Delivery]) -> None:
        """Send each viewer its share; runs on the event loop."""
        try:
            for delivery in deliveries:
                try:
                    delivery.send()
                except Exception:  # one viewer's trouble must not become the others'
                    log.exception("viewer %s could not be sent its picture", delivery.viewer.id)
        finally:
            self._under_way = False
            self._wakeup.ring()

    def _make_rendition(self, codec: str) -> Rendition:
        if CODECS[codec].transport is Transport.TILES:
            return TileRendition(CODECS[codec])
        return VideoRendition(CODECS[codec], self._fps)
