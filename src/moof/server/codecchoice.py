"""Which codec a viewer gets: its wish as far as its browser goes, or what is best. Pure."""

from collections.abc import Collection
from typing import Final

from moof.media.codecs import CODECS

AUTO: Final = "auto"
LABEL: Final = "Automatic"

_THRIFTY: Final = "av1"
_SHARP: Final = "h264-444"
_USUAL: Final = "h264"
SCARCE_BITS: Final = 3_000_000
"""Bits a second below which the codec that needs the fewest is worth its CPU; above twice that no more."""


def usable(codec: str, accepted: Collection[str]) -> str:
    """Return `codec`, or the first fallback that a browser which accepts those RTP codecs can show."""
    while codec not in accepted and (fallback := CODECS[codec].fallback) is not None:
        codec = fallback
    return codec


def automatic(accepted: Collection[str], colourful: bool, bandwidth: float, current: str) -> str:
    """Return the codec for this browser, picture and network.

    Full chroma only where there are colours to keep apart; `bandwidth` is in bits a second. `current` keeps
    it from going back and forth.
    """
    scarce = SCARCE_BITS * (2 if current == _THRIFTY else 1)
    if bandwidth < scarce and _THRIFTY in accepted:
        return _THRIFTY
    return usable(_SHARP if colourful else _USUAL, accepted)
