"""Texts of a clipboard: their line ends and characters on a Mac, and elsewhere. Pure.

A classic Mac's text is Mac Roman, and its lines end with a carriage return ("Inside Macintosh: Text", 1-55);
everywhere else Moof has Unicode and line feeds.
"""

import re
import unicodedata
from typing import Final

from moof.composed_text import composed

_LINE_END: Final = re.compile(r"\r\n?|[\n\x85\u2028\u2029]")
_DROPPED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SIMILAR: Final = {
    "\u00d0": "D", "\u00d7": "x", "\u00de": "Th", "\u00f0": "d", "\u00fe": "th", "\u0141": "L", "\u0142": "l",
    "\u1e9e": "SS", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2015": "\u2014", "\u2190": "<-",
    "\u2192": "->", "\u21d2": "=>", "\u2212": "-", "\u2713": "\u221a", "\u25cf": "\u2022",
}  # fmt: skip
"""What is written instead of characters that Mac Roman lacks and Unicode does not decompose."""
_UNKNOWN: Final = "?"
_MAC_ROMAN: Final = frozenset(bytes(range(0x100)).decode("mac_roman"))
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me"})
"""Categories of characters that stand for nothing alone: joiners, marks of direction, accents."""


def clean_text(text: str) -> str:
    """Return `text` with line feeds as line ends, and without control characters but tabs, and surrogates."""
    return _DROPPED.sub("", _LINE_END.sub("\n", text))


def to_mac_roman(text: str) -> bytes:
    """Return a text as a Mac's clipboard has it.

    Letters and their accents are composed (normal form C). For a character that Mac Roman lacks there is a
    similar one (ł: l, →: ->), else what Unicode decomposes it to, without accents (ś: s, ²: 2), else a
    question mark. Invisible characters that Mac Roman lacks are dropped.
    """
    whole = composed(clean_text(text)).replace("\n", "\r")
    missing = set(whole) - _MAC_ROMAN
    return whole.translate({ord(each): _spelled(each) for each in missing}).encode("mac_roman")


def from_mac_roman(data: bytes) -> str:
    """Return the text that a Mac has put on its clipboard."""
    return clean_text(data.decode("mac_roman"))


def _spelled(character: str) -> str:
    """Return what stands for a character that Mac Roman lacks."""
    similar = _SIMILAR.get(character) or _decomposed(character)
    if similar and _MAC_ROMAN.issuperset(similar):
        return similar
    return "" if unicodedata.category(character) in _INVISIBLE else _UNKNOWN


def _decomposed(character: str) -> str:
    """Return what Unicode's compatibility decomposition makes of a character, without control and marks."""
    parts = unicodedata.normalize("NFKD", character)
    return clean_text("".join(each for each in parts if unicodedata.category(each) not in _INVISIBLE))
