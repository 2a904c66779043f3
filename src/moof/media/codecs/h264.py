"""H.264 (ITU-T H.264) by x264, for screens: low delay, constrained baseline, small key frames.

- No B frames and no look-ahead: each picture gives one access unit at once. Threads work on slices of one
  picture; frame threads would hold pictures back.
- SPS and PPS precede each IDR picture, so that a viewer may join at any of them.
- The rate buffer (VBV) holds a fifteenth of a second, which caps a key frame at that much; the pictures after
  it make up for its coarseness (`AccessUnit.refine`). Average bitrate mode, because only there x264 takes a
  new rate while it runs; the floor under the quantiser keeps it from spending what nobody sees.
- The colours are BT.709, limited range, and the stream says so.
"""

from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from moof.media.codecs.codec import AccessUnit, CodecError
from moof.media.i420 import bgra_to_i420
from moof.media.raster import Box

MIME = "video/H264"
# Level 3.1 is what browsers list; asymmetry lets us send more, and their decoders take it.
PARAMETERS = {
    "level-asymmetry-allowed": "1",
    "packetization-mode": "1",
    "profile-level-id": "42e01f",
}

VBV_SECONDS = Fraction(1, 15)
RTP_CLOCK = 90_000
_FINEST_QUANTIZER = 16
_FINE_ENOUGH = 18.0
_QP_TO_LAMBDA = 118  # libavutil's FF_QP2LAMBDA, the unit of a packet's quality statistics
_NEVER = 1 << 20  # pictures between key frames that nobody asked for
_BITS_PER_PIXEL = 0.15
_PIXELS_PER_THREAD = 1_000_000


def default_bitrate(width: int, height: int, fps: int) -> int:
    """Bits a second that leave a moving window's edges clean: 7 Mbit/s at 1024x768, 19 at 1920x1080."""
    return max(2_000_000, round(width * height * fps * _BITS_PER_PIXEL))


def make(width: int, height: int, fps: int) -> "H264Encoder":
    """An encoder with the default bitrate for its size."""
    return H264Encoder(width, height, fps, default_bitrate(width, height, fps))


class H264Encoder:
    """One x264 stream of pictures of one size.

    Args:
        width, height: of the pictures; odd sizes are rounded up to even by repeating the edge.
        fps: the most pictures a second; what the rate buffer reckons with.
        bitrate: bits a second.

    Raises:
        CodecError: x264 does not accept these numbers.
    """

    def __init__(self, width: int, height: int, fps: int, bitrate: int) -> None:
        self.width, self.height = width, height
        even_width, even_height = width + width % 2, height + height % 2
        self._most = bitrate
        self._context = _open(even_width, even_height, fps, bitrate)
        # x264 copies a picture before encode() returns, so one frame's planes serve all along, and what
        # did not change since the last picture is in them already.
        self._frame = av.VideoFrame(even_width, even_height, "yuv420p")
        self._planes = [_plane(plane) for plane in self._frame.planes]
        self._converted = False
        self._last_timestamp: int | None = None
        self._pts = 0

    def encode(
        self, bgra: NDArray[Any], dirty: Box | None, rtp_timestamp: int, key: bool = False
    ) -> AccessUnit:
        """Encode uint8 (h, w, 4), of which only `dirty` (None: all) changed since the call before.

        `rtp_timestamp` is in 1/90000 s, modulo 2**32. The first picture is a key frame.

        Raises:
            PictureError: a picture of another size.
            CodecError: x264 gave no access unit.
        """
        y, u, v = self._planes
        bgra_to_i420(bgra, y, u, v, dirty if self._converted else None)
        self._converted = True
        self._frame.pts = self._next_pts(rtp_timestamp)
        self._frame.pict_type = PictureType.I if key else PictureType.NONE
        packets = self._context.encode(self._frame)
        if len(packets) != 1:
            raise CodecError(f"x264 gave {len(packets)} access units for one picture")
        packet = packets[0]
        quantizer = _quantizer(packet)
        return AccessUnit(bytes(packet), packet.is_keyframe, quantizer, quantizer > _FINE_ENOUGH)

    def set_bitrate(self, bitrate: int) -> None:
        """Aim at `bitrate` bits a second from the next picture on, without a key frame.

        The rate that the encoder was opened with, which sizes the rate buffer, is the most.
        """
        self._context.bit_rate = min(bitrate, self._most)

    def close(self) -> None:
        """Let x264's memory go."""
        del self._context, self._frame, self._planes

    def _next_pts(self, rtp_timestamp: int) -> int:
        """RTP timestamps without the wrap; x264 wants each greater than the last."""
        if self._last_timestamp is not None:
            self._pts += max(1, (rtp_timestamp - self._last_timestamp) & 0xFFFFFFFF)
        self._last_timestamp = rtp_timestamp
        return self._pts


def _open(width: int, height: int, fps: int, bitrate: int) -> av.VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate = Fraction(fps)
    context.time_base = Fraction(1, RTP_CLOCK)
    context.bit_rate = bitrate
    context.gop_size = _NEVER
    context.max_b_frames = 0
    context.thread_count = max(1, min(4, width * height // _PIXELS_PER_THREAD))
    context.color_range = ColorRange.MPEG
    context.colorspace = Colorspace.ITU709
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
    context.options = {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "maxrate": str(bitrate),
        "bufsize": str(int(bitrate * VBV_SECONDS)),
        "qmin": str(_FINEST_QUANTIZER),
        "sc_threshold": "0",  # a key frame comes when it is asked for, not when the scene changes
        "forced-idr": "1",
    }
    try:
        context.open()
    except av.FFmpegError as error:
        raise CodecError(
            f"x264 cannot encode {width}x{height} at {fps} fps, {bitrate} bit/s: {error}"
        ) from error
    return context


def _plane(plane: Any) -> NDArray[np.uint8]:
    """A plane as uint8 (height, width), a view without the padding at the end of its rows."""
    rows: NDArray[np.uint8] = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _quantizer(packet: "av.Packet[Any]") -> float:
    """The mean quantiser that x264 reports beside an access unit."""
    if not packet.has_sidedata("quality_stats"):
        return 0.0
    statistics = bytes(packet.get_sidedata("quality_stats"))
    return int.from_bytes(statistics[:4], "little") / _QP_TO_LAMBDA
