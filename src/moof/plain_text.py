"""Text of others, such as an emulator's output, without what a terminal would obey."""

import re
from typing import Final

_SEQUENCE: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, movements of the cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, links, the clipboard
    r"|\x1b[ -/]*[0-~]"
)
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_REPLACEMENT: Final = "\ufffd"


def plain_text(text: str) -> str:
    """Return `text` without escape sequences (ECMA-48), each other control character as U+FFFD.

    Line ends and tabs stay. Replaced are also the characters that change the direction of what follows,
    and surrogates (an argument that is no UTF-8 has some), which no encoder takes.
    """
    return _CONTROL.sub(_REPLACEMENT, _SEQUENCE.sub("", text))
