"""Letters and their accents as one character each, also of texts that are meant to take long. Pure."""

import re
import unicodedata
from typing import Final

MAX_ACCENTS: Final = 30
"""Accents on one letter; those beyond are dropped. The number is of the Stream-Safe Text Format (UAX 15)."""


def composed(text: str) -> str:
    """Return the normal form C of `text`, of at most MAX_ACCENTS accents on each letter.

    `unicodedata` sorts the accents of a letter by insertion: 30,000 take three seconds, in which no other
    thread runs.
    """
    accents = "".join(filter(_begins_with_accent, set(text)))
    if accents:
        text = re.sub(f"([{accents}]{{{MAX_ACCENTS}}})[{accents}]+", r"\1", text)
    return unicodedata.normalize("NFC", text)


def _begins_with_accent(character: str) -> bool:
    """Return whether a character, decomposed, continues the accents before it."""
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) != 0
