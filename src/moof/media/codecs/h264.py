"""H.264 (ITU-T H.264) by x264, for screens: low delay, small key frames.

- The fastest preset with three additions: a wide motion search (UMH) for each quarter of a macroblock, which
  finds dragged windows and scrolled text (a third of the bits, no more time), and arithmetic coding (CABAC),
  whose contexts adapt to a Mac's dither patterns and halve the bits. CABAC needs the main profile; browsers
  that support only the constrained baseline profile get CAVLC.
- In 4:4:4 (profile "High 4:4:4 Predictive") coloured edges stay as sharp as black ones.
- No B frames and no look-ahead: each picture gives one access unit at once. Threads encode slices of one
  picture; frame threads would delay pictures.
- SPS and PPS precede each IDR picture, so that a viewer may join at any of them.
- A key frame may take a fifteenth of a second of the bitrate; the pictures after it refine it
  (`AccessUnit.refine`). A lower limit of the quantiser saves bits that would not be visible.

`H264Encoder` calls libx264 itself. If PyAV's library is not of a known build, `make` returns an
`AvH264Encoder` instead, which uses FFmpeg's wrapper: it costs more, since x264's own rate control (average
bitrate with VBV, the only mode in which it accepts a new bitrate while it runs) has a look-ahead.
"""

import logging
from enum import Enum
from functools import cache, partial
from typing import Final

from moof.media.codecs import libx264
from moof.media.codecs.avencoder import AvEncoder, EncoderSettings
from moof.media.codecs.codec import CodecError, VideoEncoder
from moof.media.codecs.planar import Chroma, PlanarPicture
from moof.media.codecs.quantizedencoder import FINE_ENOUGH, QuantizedEncoder
from moof.media.codecs.quantizercontrol import BUCKET_SECONDS, FINEST, QuantizerControl

LOG: Final = logging.getLogger(__name__)

MIME = "video/H264"
_CSP = {Chroma.QUARTER: libx264.Csp.I420, Chroma.FULL: libx264.Csp.I444}
_COLOURS = {"colorprim": "bt709", "transfer": "bt709", "colormatrix": "bt709", "fullrange": "on"}
_BITS_PER_PIXEL = 0.15
_PIXELS_PER_THREAD = 1_000_000
_PRESET = "ultrafast"


class Profile(Enum):
    """x264's name of a profile, and the first three bytes of an SPS, as SDP spells them."""

    BASELINE = ("baseline", "42e01f")
    MAIN = ("main", "4d001f")
    HIGH_444 = ("high444", "f4001f")


def parameters(profile: Profile) -> dict[str, str]:
    """Return the SDP format parameters (RFC 6184, section 8.1).

    Browsers list level 3.1; level asymmetry allows a higher one, which their decoders accept.
    """
    return {
        "level-asymmetry-allowed": "1",
        "packetization-mode": "1",
        "profile-level-id": profile.value[1],
    }


def default_bitrate(width: int, height: int, fps: int) -> int:
    """Return the bitrate that leaves a moving window's edges clean: 7 Mbit/s at 1024x768, 19 at 1920x1080."""
    return max(2_000_000, round(width * height * fps * _BITS_PER_PIXEL))


class H264Encoder(QuantizedEncoder):
    """One stream of pictures of one size by libx264 itself; see `QuantizedEncoder`.

    The pictures are in BT.709 of full range, as the bitstream states. x264's rate control, and the look-ahead
    that it needs, stay off.

    Args:
        width, height: of the pictures; in 4:2:0 odd sizes are rounded up to even by repeating the edge.
        fps: the most pictures a second.
        bitrate: bits a second.

    Raises:
        CodecError: the encoder does not accept these numbers.
    """

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, profile: Profile = Profile.MAIN
    ) -> None:
        if min(width, height, fps, bitrate) < 1:
            raise CodecError(f"libx264 cannot encode {width}x{height} at {fps} fps, {bitrate} bit/s")
        picture = PlanarPicture(width, height, _chroma(profile))
        own = {
            "fps": str(fps),
            "keyint": "infinite",
            "scenecut": "0",
            "threads": str(_threads(width, height)),
        }
        stream = libx264.Encoder(
            picture.planes,
            _CSP[_chroma(profile)],
            _PRESET,
            {**own, **_COLOURS, **_own_options(profile)},
            profile.value[0],
        )
        super().__init__(width, height, picture, stream, QuantizerControl(bitrate, fps, stream.constant.size))


class AvH264Encoder(AvEncoder):
    """The same through libavcodec; see `AvEncoder`."""

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, profile: Profile = Profile.MAIN
    ) -> None:
        recipe = EncoderSettings(
            library="libx264",
            chroma=_chroma(profile),
            options=partial(_options, profile),
            coarse=lambda _size, quantizer: quantizer > FINE_ENOUGH,
            steered=True,
            threads=_threads(width, height),
        )
        super().__init__(recipe, width, height, fps, bitrate)


def make(width: int, height: int, fps: int, profile: Profile = Profile.MAIN) -> VideoEncoder:
    """Return an encoder with the default bitrate for its size."""
    encoder = H264Encoder if _direct() else AvH264Encoder
    return encoder(width, height, fps, default_bitrate(width, height, fps), profile)


@cache
def _direct() -> bool:
    known = libx264.library() is not None
    if not known:
        LOG.info("PyAV's libx264 is of an unknown build: using FFmpeg's wrapper, which costs more")
    return known


def _chroma(profile: Profile) -> Chroma:
    return Chroma.FULL if profile is Profile.HIGH_444 else Chroma.QUARTER


def _threads(width: int, height: int) -> int:
    return max(1, min(4, width * height // _PIXELS_PER_THREAD))


def _own_options(profile: Profile) -> dict[str, str]:
    return {
        "cabac": str(int(profile is not Profile.BASELINE)),
        "me": "umh",
        "partitions": "p8x8",
        "aq-mode": "0",  # adaptive quantisation is tuned for films
    }


def _options(profile: Profile, bitrate: int) -> dict[str, str]:
    return {
        "preset": _PRESET,
        "tune": "zerolatency",
        "profile": profile.value[0],
        "maxrate": str(bitrate),
        "bufsize": str(int(bitrate * BUCKET_SECONDS)),
        "qmin": str(FINEST),
        "sc_threshold": "0",  # key frames on request only, not at scene changes
        "forced-idr": "1",
        "x264-params": ":".join(f"{name}={value}" for name, value in _own_options(profile).items()),
    }
