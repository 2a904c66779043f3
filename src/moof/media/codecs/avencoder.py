"""The base of encoders that use libavcodec through PyAV: planes, timestamps, one access unit a picture."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.codecs.codec import AccessUnit, CodecError, VideoEncoder
from moof.media.codecs.picture_quality import PictureQuality
from moof.media.codecs.planar import RTP_CLOCK, Chroma, PlanarPicture, RtpElapsed

_TASKS = Path("/proc/self/task")


@contextmanager
def ordinary_scheduling() -> Iterator[None]:
    """Restore this thread's scheduling, and reset threads that became SCHED_FIFO within the block.

    SVT-AV1, run by root, puts the thread that opens it and its own threads into SCHED_FIFO at top priority
    (sched(7)), which threads started later by that thread inherit: one busy encoder then blocks the whole
    machine.
    """
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    before = _first_in_first_out()
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
        for thread in _first_in_first_out() - before:
            with suppress(ProcessLookupError):
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _first_in_first_out() -> set[int]:
    """Return the ids of this process's threads in SCHED_FIFO."""
    found = set()
    for task in _TASKS.iterdir():
        with suppress(ProcessLookupError):
            if os.sched_getscheduler(int(task.name)) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO:
                found.add(int(task.name))
    return found


NEVER = 1 << 20  # pictures between key frames that were not requested
_UNSETTLED = 0.05  # share of the picture redrawn since the last key frame, below which it is exact enough
_NOTABLE = 1.5  # a ratio of bitrates
_LEAST_SHARE = 0.3
"""Of the bitrate of an encoder of constant quality: below, SVT-AV1's key frames of a dithered desktop are
seven times as large (measured), since it uses no palettes then."""
_QP_TO_LAMBDA = 118  # libavutil's FF_QP2LAMBDA, the unit of a packet's quality statistics


@dataclass(frozen=True)
class EncoderSettings:
    """How a codec's encoder is set up.

    Attributes:
        library: libavcodec's name of the encoder.
        chroma: 4:2:0 or 4:4:4.
        options: the encoder's own options, for a number of bits a second.
        coarse: whether a picture of so many bytes at this mean quantiser should be encoded again, better, if
            it does not change.
        steered: whether the encoder aims at `bit_rate` and accepts a new one while it runs; otherwise another
            bitrate reopens it, with a key frame.
        threads: threads of the encoder, all on one picture.
        rests_on_key: whether a picture that stops changing is encoded once more as a key frame, since key
            frames are small and better than the sum of the pictures before. `coarse` is not used then.
    """

    library: str
    chroma: Chroma
    options: Callable[[int], dict[str, str]]
    coarse: Callable[[int, float], bool]
    steered: bool = False
    threads: int = 1
    rests_on_key: bool = False


class AvEncoder(VideoEncoder):
    """One stream of pictures of one size, in BT.709 of full range, as the bitstream states.

    Args:
        width, height: of the pictures; in 4:2:0 odd sizes are rounded up to even by repeating the edge.
        fps: the most pictures a second.
        bitrate: bits a second.

    Raises:
        CodecError: the encoder does not accept these numbers.
    """

    def __init__(self, recipe: EncoderSettings, width: int, height: int, fps: int, bitrate: int) -> None:
        self.width, self.height = width, height
        self._recipe, self._fps = recipe, fps
        self._most = self._bitrate = bitrate
        # Encoders copy a picture before encode() returns, so one frame is reused, and it already holds what
        # did not change since the last picture.
        self._picture = PlanarPicture(width, height, recipe.chroma)
        self._context = self._open()
        self._elapsed = RtpElapsed()
        self._pts = 0
        self._redrawn = 0

    def encode(
        self,
        bgra: NDArray[Any],
        dirty: Rect | None,
        rtp_timestamp: int,
        key: bool = False,
        blocks: NDArray[np.bool_] | None = None,
    ) -> AccessUnit:
        """Encode uint8 (h, w, 4), of which only `dirty` (None: all) changed since the call before.

        Of `dirty`, only `blocks` (None: all) changed. `rtp_timestamp` is in 1/90000 s, modulo 2**32. The
        first picture is a key frame.

        Raises:
            PictureError: a picture of another size.
            CodecError: the encoder returned no access unit.
        """
        self._picture.update(bgra, dirty, blocks)
        frame = self._picture.frame
        self._pts += max(1, self._elapsed.since_last(rtp_timestamp))  # strictly increasing
        frame.pts = self._pts
        self._redrawn += self.width * self.height if dirty is None else dirty.area
        at_rest = dirty is not None and dirty.is_empty
        key = key or (at_rest and self._recipe.rests_on_key and self._unsettled)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        packets = self._context.encode(frame)
        if len(packets) != 1:
            raise CodecError(f"{self._recipe.library} returned {len(packets)} access units for one picture")
        packet = packets[0]
        quantizer = _quantizer(packet)
        data = bytes(packet)
        if packet.is_keyframe:
            self._redrawn = 0
        coarse = self._unsettled if self._recipe.rests_on_key else self._recipe.coarse(len(data), quantizer)
        return AccessUnit(data, packet.is_keyframe, quantizer, coarse)

    def set_bitrate(self, bitrate: int) -> None:
        """Aim at `bitrate` bits a second from the next picture on.

        The bitrate given to the constructor is the maximum. A steered encoder goes on without a key frame;
        another one is reopened if the bitrate differs so much that its quality should change.
        """
        bitrate = min(bitrate, self._most)
        if self._recipe.steered:
            self._context.bit_rate = bitrate
        elif not 1 / _NOTABLE <= bitrate / self._bitrate <= _NOTABLE:
            self._bitrate = bitrate
            self._context = self._open()

    def set_quality(self, quality: PictureQuality) -> None:
        """Take this quality's share of the maximum; encoders of constant quality become coarser by it."""
        share = quality.level.share if self._recipe.steered else max(_LEAST_SHARE, quality.level.share)
        self._most = max(1, round(self._most * share))
        self.set_bitrate(self._most)

    def close(self) -> None:
        """Free the encoder's memory."""
        del self._context, self._picture

    @property
    def _unsettled(self) -> bool:
        return self._redrawn > _UNSETTLED * self.width * self.height

    def _open(self) -> av.VideoCodecContext:
        recipe = self._recipe
        context = av.CodecContext.create(recipe.library, "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height = self._picture.frame.width, self._picture.frame.height
        context.pix_fmt = recipe.chroma.value
        context.framerate = Fraction(self._fps)
        context.time_base = Fraction(1, RTP_CLOCK)
        context.bit_rate = self._bitrate if recipe.steered else 0
        context.gop_size = NEVER
        context.max_b_frames = 0
        context.thread_count = recipe.threads
        context.color_range = ColorRange.JPEG
        context.colorspace = Colorspace.ITU709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        context.options = recipe.options(self._bitrate)
        try:
            with ordinary_scheduling():
                context.open()
        except av.FFmpegError as error:
            raise CodecError(
                f"{recipe.library} cannot encode {self.width}x{self.height} at {self._fps} fps, "
                f"{self._bitrate} bit/s: {error}"
            ) from error
        return context


def _quantizer(packet: "av.Packet[Any]") -> float:
    """Return the mean quantiser that an encoder reports with an access unit, on its own scale."""
    if not packet.has_sidedata("quality_stats"):
        return 0.0
    statistics = bytes(packet.get_sidedata("quality_stats"))
    return int.from_bytes(statistics[:4], "little") / _QP_TO_LAMBDA
