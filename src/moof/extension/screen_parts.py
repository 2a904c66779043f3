"""The parts of a screen's text, and their form on the wire (part of messages.py). Sans-IO."""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Final

from moof.extension.errors import ExtensionError

MAX_SCREEN_BYTES: Final = 60_000
"""UTF-8 of one description: parts beyond it are left out."""
MAX_PARTS: Final = 1_000
_PART_END: Final = "\x1e"


class PartKind(StrEnum):
    """What a part is. Items belong to the menu before them, texts and controls to the window before them."""

    MENU = "menu"
    ITEM = "item"
    DIALOG = "dialog"
    WINDOW = "window"
    DESKTOP = "desktop"
    TEXT = "text"
    OPTION = "option"
    BUTTON = "button"
    RADIO = "radio"
    FIELD = "field"


class PartState(IntFlag):
    """How a part is.

    Active are the front window or dialog, an open menu, a field with the focus, a selected option, and the
    button that Return presses.
    """

    NONE = 0
    DISABLED = 1
    CHECKED = 2
    ACTIVE = 4


@dataclass(frozen=True, slots=True)
class ScreenPart:
    """One text on the screen; an item's key stands behind a tab."""

    kind: PartKind
    state: PartState
    text: str


def pack_parts(parts: tuple[ScreenPart, ...]) -> bytes:
    """Return the parts in UTF-8, the one that does not fit cut and those behind it left out."""
    found, room = bytearray(), MAX_SCREEN_BYTES
    for part in parts[:MAX_PARTS]:
        head = f"{part.kind} {part.state.value} "
        text = part.text.replace(_PART_END, " ").encode(errors="replace")[: max(0, room - len(head) - 1)]
        if room <= len(head) + 1:
            break
        packed = f"{head}{text.decode(errors='ignore')}{_PART_END}".encode()
        found += packed
        room -= len(packed)
    return bytes(found)


def unpack_parts(body: bytes) -> tuple[ScreenPart, ...]:
    """Return the parts; those of kinds that are not known are left out. Raises ExtensionError."""
    if len(body) > MAX_SCREEN_BYTES:
        raise ExtensionError(f"a screen's text of {len(body)} bytes is longer than {MAX_SCREEN_BYTES}")
    try:
        packed = body.decode().split(_PART_END)[:MAX_PARTS]
    except UnicodeDecodeError as error:
        raise ExtensionError("a screen's text is not UTF-8") from error
    return tuple(part for part in map(_unpack_part, packed) if part is not None)


def _unpack_part(packed: str) -> ScreenPart | None:
    kind, _, rest = packed.partition(" ")
    state, _, text = rest.partition(" ")
    if kind not in set(PartKind) or len(state) != 1 or state not in "01234567":
        return None
    return ScreenPart(PartKind(kind), PartState(int(state)), text)
