"""Who draws the pointer: the guest into its picture, the program as the X cursor, or nobody."""

from enum import Enum, auto


class PointerStyle(Enum):
    """What the X cursor over the program's window means."""

    GUEST = auto()
    """The program hides the X cursor: the guest draws a pointer of its own."""
    PROGRAM = auto()
    """The program made a cursor of its own, such as the Mac's: it stays in the picture."""
    DESKTOP = auto()
    """A plain arrow, as over any window: the browser's own pointer takes its place."""


def pointer_style(pixels: list[int], name: str) -> PointerStyle:
    """Judge a cursor by its ARGB pixels and by the name that cursors of a theme have."""
    if not any(pixel >> 24 for pixel in pixels):
        return PointerStyle.GUEST
    return PointerStyle.DESKTOP if name else PointerStyle.PROGRAM
