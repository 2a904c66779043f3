"""Texts of documents: Mac Roman with carriage returns on the Mac, UTF-8 with line feeds on the host. Pure.

The host's user gets files that every program of today reads; what the Mac cannot spell is shown by similar
characters, and such a text is marked, so that no program replaces the file with its own version.
"""

import re
from dataclasses import dataclass
from typing import Final

from moof.clipboard_text import from_mac_roman, to_mac_roman
from moof.composed_text import composed

MAX_TEXT: Final = 1 << 20
"""Bytes of a text that is converted when it goes from one side to the other."""
_LINE_END: Final = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text in Mac Roman; `exact` is whether it has every character of the file."""

    data: bytes
    exact: bool


def text_for_mac(data: bytes) -> DocumentText:
    """Return a file's text for the Mac; bytes that are not UTF-8 are taken for a Mac's own text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("mac_roman")
    roman = to_mac_roman(text)
    return DocumentText(roman, from_mac_roman(roman) == composed(_LINE_END.sub("\n", text)))


def text_for_host(data: bytes) -> bytes:
    """Return a text of the Mac as the host's file has it."""
    return from_mac_roman(data).encode()
