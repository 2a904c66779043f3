"""H.264 (ITU-T H.264) by x264, for screens: low delay, small key frames.

- The fastest preset with three things added: a wide search (UMH) for each quarter of a macroblock, which
  finds windows that are dragged and text that scrolls (a third of the bits, no more time); and arithmetic
  coding (CABAC), whose contexts learn a Mac's dither patterns and halve the bits. It wants the main profile;
  browsers that only have the constrained baseline get run-length codes (CAVLC).
- In 4:4:4 (profile "High 4:4:4 Predictive") coloured edges stay as sharp as black ones.
- No B frames and no look-ahead: each picture gives one access unit at once. Threads work on slices of one
  picture; frame threads would hold pictures back.
- SPS and PPS precede each IDR picture, so that a viewer may join at any of them.
- A fifteenth of a second of the bitrate is what a key frame may take; the pictures after it make up for its
  coarseness (`AccessUnit.refine`). A floor under the quantiser keeps bits from going where nobody sees them.

`H264Encoder` speaks to libx264 itself. Where the library that PyAV has is not one that we know, `make` gives
an `AvH264Encoder` instead, through FFmpeg's wrapper: it costs more, since x264's own rate control (average
bitrate and a buffer, VBV; only with these it takes a new rate while it runs) looks ahead.
"""

import logging
from enum import Enum
from functools import cache, partial

from moof.media.codecs import libx264
from moof.media.codecs.avencoder import AvEncoder, Recipe
from moof.media.codecs.codec import VideoEncoder
from moof.media.codecs.planar import Chroma
from moof.media.codecs.quantizercontrol import BUCKET_SECONDS, FINEST
from moof.media.codecs.x264encoder import FINE_ENOUGH, X264Encoder, X264Recipe

log = logging.getLogger(__name__)

MIME = "video/H264"
_BITS_PER_PIXEL = 0.15
_PIXELS_PER_THREAD = 1_000_000
_PRESET = "ultrafast"


class Profile(Enum):
    """x264's name of a profile, and the first three bytes of an SPS, as SDP spells them."""

    BASELINE = ("baseline", "42e01f")
    MAIN = ("main", "4d001f")
    HIGH_444 = ("high444", "f4001f")


def parameters(profile: Profile) -> dict[str, str]:
    """The SDP format parameters (RFC 6184, section 8.1).

    Level 3.1 is what browsers list; asymmetry lets us send more, and their decoders take it.
    """
    return {
        "level-asymmetry-allowed": "1",
        "packetization-mode": "1",
        "profile-level-id": profile.value[1],
    }


def default_bitrate(width: int, height: int, fps: int) -> int:
    """Bits a second that leave a moving window's edges clean: 7 Mbit/s at 1024x768, 19 at 1920x1080."""
    return max(2_000_000, round(width * height * fps * _BITS_PER_PIXEL))


class H264Encoder(X264Encoder):
    """One x264 stream of pictures of one size; see `X264Encoder`."""

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, profile: Profile = Profile.MAIN
    ) -> None:
        recipe = X264Recipe(
            profile.value[0], _chroma(profile), _PRESET, _own_options(profile), _threads(width, height)
        )
        super().__init__(recipe, width, height, fps, bitrate)


class AvH264Encoder(AvEncoder):
    """The same by way of libavcodec; see `AvEncoder`."""

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, profile: Profile = Profile.MAIN
    ) -> None:
        recipe = Recipe(
            library="libx264",
            chroma=_chroma(profile),
            options=partial(_options, profile),
            coarse=lambda _size, quantizer: quantizer > FINE_ENOUGH,
            steered=True,
            threads=_threads(width, height),
        )
        super().__init__(recipe, width, height, fps, bitrate)


def make(width: int, height: int, fps: int, profile: Profile = Profile.MAIN) -> VideoEncoder:
    """An encoder with the default bitrate for its size."""
    encoder = H264Encoder if _direct() else AvH264Encoder
    return encoder(width, height, fps, default_bitrate(width, height, fps), profile)


@cache
def _direct() -> bool:
    known = libx264.library() is not None
    if not known:
        log.info("PyAV's libx264 is of an unknown build: H.264 goes through FFmpeg's wrapper, at more cost")
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
        "aq-mode": "0",  # it would spread bits to where eyes look in films
    }


def _options(profile: Profile, bitrate: int) -> dict[str, str]:
    return {
        "preset": _PRESET,
        "tune": "zerolatency",
        "profile": profile.value[0],
        "maxrate": str(bitrate),
        "bufsize": str(int(bitrate * BUCKET_SECONDS)),
        "qmin": str(FINEST),
        "sc_threshold": "0",  # a key frame comes when it is asked for, not when the scene changes
        "forced-idr": "1",
        "x264-params": ":".join(f"{name}={value}" for name, value in _own_options(profile).items()),
    }
