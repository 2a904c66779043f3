"""Selects a viewer's codec: the chosen one as far as its browser supports it, or the best. Pure."""

from collections.abc import Collection
from typing import Final

from moof.media.codecs import CODECS, PictureQuality
from moof.server.video.framebuffer import ContentStats

AUTO: Final = "auto"
LABEL: Final = "Automatic"

_FEWEST_BITS: Final = "av1"
_FULL_CHROMA: Final = "h264-444"
_DEFAULT: Final = "h264"
_LOSSLESS: Final = "png"
SCARCE_BITS: Final = 3_000_000
"""Bits a second below which the codec that needs the fewest is worth its CPU; above twice that no more."""
CALM_MOTION: Final = 0.3
"""Whole pictures changed a second (MotionMeter) below which lossless rectangles are the least work; above ten
times that no more."""


def first_supported(codec: str, accepted: Collection[str]) -> str:
    """Return `codec`, or the first fallback that a browser which accepts those RTP codecs can show."""
    while codec not in accepted and (fallback := CODECS[codec].fallback) is not None:
        codec = fallback
    return codec


def select_automatically(
    accepted: Collection[str],
    content: ContentStats,
    bandwidth: float,
    current: str,
    quality: PictureQuality = PictureQuality.SHARP,
) -> str:
    """Return the codec for this browser, picture and network.

    While the user types or reads, the viewer gets the Mac's own pixels, since rectangles cost least then.
    Full chroma is used only where there are colours to keep apart. `bandwidth` is in bits a second;
    `current`, the codec in use, adds hysteresis. A viewer who wants to save bits gets the codec that needs
    the fewest, and only one who wants the sharpest picture gets full chroma.
    """
    if quality is PictureQuality.SAVING:
        return first_supported(_FEWEST_BITS if _FEWEST_BITS in accepted else _DEFAULT, accepted)
    scarce = SCARCE_BITS * (2 if current == _FEWEST_BITS else 1)
    if bandwidth < scarce and _FEWEST_BITS in accepted:
        return _FEWEST_BITS
    if bandwidth >= scarce and content.motion < CALM_MOTION * (10 if current == _LOSSLESS else 1):
        return _LOSSLESS
    full = content.colourful and quality is PictureQuality.SHARP
    return first_supported(_FULL_CHROMA if full else _DEFAULT, accepted)
