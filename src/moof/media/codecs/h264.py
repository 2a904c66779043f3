"""H.264 (ITU-T H.264) by x264, for screens: low delay, small key frames.

- The fastest preset with two things added: a hexagon search, which finds dragged windows, and arithmetic
  coding (CABAC), whose contexts learn a Mac's dither patterns and halve the bits. It wants the main profile;
  browsers that only have the constrained baseline get run-length codes (CAVLC).
- In 4:4:4 (profile "High 4:4:4 Predictive") coloured edges stay as sharp as black ones.
- No B frames and no look-ahead: each picture gives one access unit at once. Threads work on slices of one
  picture; frame threads would hold pictures back.
- SPS and PPS precede each IDR picture, so that a viewer may join at any of them.
- The rate buffer (VBV) holds a fifteenth of a second, which caps a key frame at that much; the pictures after
  it make up for its coarseness (`AccessUnit.refine`). Average bitrate mode, because only there x264 takes a
  new rate while it runs; the floor under the quantiser keeps it from spending what nobody sees.
"""

from enum import Enum
from fractions import Fraction
from functools import partial

from moof.media.codecs.avencoder import AvEncoder, Chroma, Recipe

MIME = "video/H264"
VBV_SECONDS = Fraction(1, 15)
_FINEST_QUANTIZER = 10
_FINE_ENOUGH = 12.0
_BITS_PER_PIXEL = 0.15
_PIXELS_PER_THREAD = 1_000_000


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


class H264Encoder(AvEncoder):
    """One x264 stream of pictures of one size; see `AvEncoder`."""

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, profile: Profile = Profile.MAIN
    ) -> None:
        recipe = Recipe(
            library="libx264",
            chroma=Chroma.FULL if profile is Profile.HIGH_444 else Chroma.QUARTER,
            options=partial(_options, profile),
            coarse=lambda _size, quantizer: quantizer > _FINE_ENOUGH,
            steered=True,
            threads=max(1, min(4, width * height // _PIXELS_PER_THREAD)),
        )
        super().__init__(recipe, width, height, fps, bitrate)


def make(width: int, height: int, fps: int, profile: Profile = Profile.MAIN) -> H264Encoder:
    """An encoder with the default bitrate for its size."""
    return H264Encoder(width, height, fps, default_bitrate(width, height, fps), profile)


def _options(profile: Profile, bitrate: int) -> dict[str, str]:
    own = {
        "cabac": int(profile is not Profile.BASELINE),
        "me": "hex",
        "aq-mode": 0,  # it would spread bits to where eyes look in films
    }
    return {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": profile.value[0],
        "maxrate": str(bitrate),
        "bufsize": str(int(bitrate * VBV_SECONDS)),
        "qmin": str(_FINEST_QUANTIZER),
        "sc_threshold": "0",  # a key frame comes when it is asked for, not when the scene changes
        "forced-idr": "1",
        "x264-params": ":".join(f"{name}={value}" for name, value in own.items()),
    }
