"""The keyboard layouts of a classic Mac: which character a key gives, and which keys give a character.

A layout is a file in `layouts/`, with the characters of the Mac's own layouts: the 'KCHR' resources of
System 7 and later (Inside Macintosh: Text, appendix C). 0xDB of MacRoman is the euro sign, as it is since Mac
OS 8.5. Everything else derives from these files: the strokes that type a text, the page's layouts.json, the
tables of the built-in Mac.
"""

from moof.keyboard.layout import ISO_KEY, KeyOutput, Layout, LayoutError, Level, Stroke
from moof.keyboard.layout_files import DEFAULT_LAYOUT, LAYOUT_NAMES, layout, layouts, layouts_json
from moof.keyboard.typed_text import missing_characters, normalized, text_strokes

__all__ = [
    "DEFAULT_LAYOUT",
    "ISO_KEY",
    "LAYOUT_NAMES",
    "KeyOutput",
    "Layout",
    "LayoutError",
    "Level",
    "Stroke",
    "layout",
    "layouts",
    "layouts_json",
    "missing_characters",
    "normalized",
    "text_strokes",
]
