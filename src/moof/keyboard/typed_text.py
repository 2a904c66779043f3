"""Text for a Mac's keyboard: its normal form, what cannot be typed, and the strokes for the rest."""

import re
from collections.abc import Iterator
from typing import Final

from moof.composed_text import composed
from moof.keyboard.layout import Layout, Stroke

_LINE_ENDS: Final = re.compile("\r\n|\n")


def normalized(text: str) -> str:
    """Return the text with letters and accents in one piece (Unicode's NFC) and Return for every line end.

    Nothing is replaced by something similar: what a Mac lacks is for `missing_characters` to name.
    """
    return _LINE_ENDS.sub("\r", composed(text))


def text_strokes(text: str, layout: Layout) -> Iterator[tuple[Stroke, ...]]:
    """Yield the strokes for each character of a normalized text; none for one that cannot be typed."""
    return map(layout.strokes, text)


def missing_characters(text: str, layout: Layout) -> str:
    """Return the characters of a normalized text that the layout cannot type, each once."""
    return "".join(each for each in dict.fromkeys(text) if not layout.strokes(each))
