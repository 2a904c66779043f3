"""Sample rates that are not a whole number of Hz, and the whole numbers that stand for them.

An audio frame's rate is a u32 of Hz. The classic Macs' own rate is their video clock / 704, 22254.5454… Hz,
and emulators write its whole part, as they do for any rate (`rate >> 16` of the Mac's 16.16 number). A few
whole numbers therefore stand for a fraction, and both ends compute with the fraction: otherwise each minute
of sound would be 1.5 ms too long.
"""

from __future__ import annotations

from fractions import Fraction

MAC_RATE = Fraction(244_800, 11)
"""22254.5454… Hz."""

_EXACT = {
    22_254: MAC_RATE,
    22_255: MAC_RATE,  # from emulators that round
    11_127: MAC_RATE / 2,
    7_418: MAC_RATE / 3,
}


def exact_rate(whole: int) -> Fraction:
    """Return the exact rate in Hz that an audio frame's rate stands for."""
    return _EXACT.get(whole, Fraction(whole))


def whole_rate(fixed: int) -> int:
    """Return the whole part of a Mac's 16.16 rate (Inside Macintosh: Sound, `Fixed`), which is sent."""
    return fixed >> 16
