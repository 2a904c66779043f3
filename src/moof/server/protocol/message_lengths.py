"""Which long signaling messages are parsed: those whose type has long ones, and that cost little to parse.

A message of 256 KB may be 100,000 JSON values, which cost 12 ms of the event loop's time. A text of that size
is one value. Sans-IO; docs/protocol.md has the limits.
"""

import re
from typing import Final

MAX_SHORT: Final = 16 * 1024
"""Characters of a message of any type."""
MAX_OF_TYPE: Final = {"text": 256 * 1024, "clipboard": 256 * 1024, "answer": 64 * 1024}
"""Characters of the messages that may be longer: keyboard_messages.MAX_TEXT, clipboard_messages.MAX_CLIPBOARD
and messages.MAX_SDP with JSON's escapes, of which an SDP has only those of its line ends."""
_MAX_MEMBERS: Final = 8
_STRING: Final = r'"(?:[^"\\]++|\\.)*+"'
_SCALAR: Final = rf"(?:{_STRING}|[-+.0-9a-zA-Z]{{1,32}}+)"
_SPACE: Final = r"[ \t\r\n]{0,8}+"
_MEMBER: Final = re.compile(rf"{_SPACE}({_STRING}){_SPACE}:{_SPACE}({_SCALAR}){_SPACE}([,}}])", re.DOTALL)


def is_too_long(text: str) -> bool:
    """Return whether a message is longer than its type allows, without parsing it.

    A long message must be one flat object of at most 8 members: the look at it ends at the first other
    value, and what `json` parses then is few values, whatever the type.
    """
    if len(text) <= MAX_SHORT:
        return False
    type_ = _type_of_flat_object(text)
    return type_ is None or len(text) > MAX_OF_TYPE.get(type_, 0)


def _type_of_flat_object(text: str) -> str | None:
    """Return the member `type` of an object without arrays and objects in it, None for anything else."""
    type_ = None
    position = text.find("{", 0, _MAX_MEMBERS) + 1
    for _ in range(_MAX_MEMBERS if position else 0):
        member = _MEMBER.match(text, position)
        if member is None:
            return None
        if member[1] == '"type"':
            type_ = member[2].strip('"')
        if member[3] == "}":
            return type_ if not text[member.end() :].strip() else None
        position = member.end()
    return None
