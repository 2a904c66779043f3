"""The program's picture: cut out of the framebuffer, kept, and compared. Arrays only."""

import numpy as np
from numpy.typing import NDArray

from moof.bridge.windows import clip
from moof.ipc import Rect
from moof.media.difference import changed_box

_OPAQUE = np.uint32(0xFF000000)


class Picture:
    """What was seen last of the window: uint32 (height, width), blue in the low byte, alpha meaningless."""

    def __init__(self, framebuffer: NDArray[np.uint32]) -> None:
        """Look at that framebuffer, uint32 (height, width), which somebody else draws into."""
        self._framebuffer = framebuffer
        self._place = Rect(0, 0, 0, 0)
        self._seen = np.zeros((0, 0), np.uint32)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; 0 before there is a window."""
        return self._place.width, self._place.height

    @property
    def place(self) -> Rect:
        """Where on the display the picture is."""
        return self._place

    def take(self, place: Rect, drawn: Rect) -> Rect | None:
        """Look again at the window at `place`, where `drawn` (on the display) may have changed.

        Returns the exact box of the pixels that changed, in the picture; the whole of it when the window has
        another size; None when nothing did.
        """
        live = self._framebuffer[place.y : place.y + place.height, place.x : place.x + place.width]
        if live.shape != self._seen.shape:
            self._place, self._seen = place, live.copy()
            return Rect(0, 0, place.width, place.height)
        if place != self._place:
            self._place = drawn = place
        x, y, width, height = clip(
            Rect(drawn.x - place.x, drawn.y - place.y, drawn.width, drawn.height), place.width, place.height
        )
        box = changed_box(live, self._seen, (x, y, width, height)) if width and height else None
        if box is None:
            return None
        area = _area(Rect(*box))
        np.copyto(self._seen[area], live[area])
        return Rect(*box)

    def copy_to(self, slot: NDArray[np.uint8], box: Rect) -> None:
        """Copy a box of what was seen, opaque, into a frame slot, uint8 (1080, 1920, 4)."""
        area = _area(box)
        np.bitwise_or(self._seen[area], _OPAQUE, out=slot.view(np.uint32)[:, :, 0][area])


def _area(box: Rect) -> tuple[slice, slice]:
    return slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
