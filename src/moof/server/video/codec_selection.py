"""Which codec a viewer gets: its wish as far as its browser goes, or what is best. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from moof.media.codecs import CODECS

AUTO: Final = "auto"
LABEL: Final = "Automatic"

_THRIFTY: Final = "av1"
_SHARP: Final = "h264-444"
_USUAL: Final = "h264"
_LOSSLESS: Final = "png"
SCARCE_BITS: Final = 3_000_000
"""Bits a second below which the codec that needs the fewest is worth its CPU; above twice that no more."""


def first_supported(codec: str, accepted: Collection[str]) -> str:
    """Return `codec`, or the first fallback that a browser which accepts those RTP codecs can show."""
    while codec not in accepted and (fallback := CODECS[codec].fallback) is not None:
        codec = fallback
    return codec


CALM_MOTION: Final = 0.3
"""Whole pictures drawn a second (motion.py) below which lossless rectangles are the least work; above ten
times that no more."""


@dataclass(frozen=True, slots=True)
class ContentStats:
    """What kind of picture it is: whether it has colours, and how much of it is drawn anew each second."""

    colourful: bool = False
    motion: float = 1.0


def select_automatically(
    accepted: Collection[str], scene: ContentStats, bandwidth: float, current: str
) -> str:
    """Return the codec for this browser, picture and network.

    Who types or reads gets the Mac's own pixels, since rectangles cost least then. Full chroma only where
    there are colours to keep apart. `bandwidth` is in bits a second; `current` keeps it steady.
    """
    scarce = SCARCE_BITS * (2 if current == _THRIFTY else 1)
    if bandwidth < scarce and _THRIFTY in accepted:
        return _THRIFTY
    if bandwidth >= scarce and scene.motion < CALM_MOTION * (10 if current == _LOSSLESS else 1):
        return _LOSSLESS
    return first_supported(_SHARP if scene.colourful else _USUAL, accepted)
