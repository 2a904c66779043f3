"""What a frame slot lacks: it holds what was published three frames ago."""

from __future__ import annotations

from collections import deque

from .layout import FRAME_SLOTS, Rect


class StaleAreas:
    """Remembers what the last frames changed, so that an emulator copies no more than that into a slot."""

    def __init__(self) -> None:
        self._recent: deque[Rect] = deque(maxlen=FRAME_SLOTS)

    @property
    def empty(self) -> bool:
        """Whether nothing has been published yet."""
        return not self._recent

    def next_slot(self, dirty: Rect, width: int, height: int) -> Rect:
        """Return what to copy into the slot of a frame that changes `dirty`, in a picture of this size."""
        self._recent.append(dirty)
        boxes = [box for box in self._recent if box.width and box.height]
        if not boxes:
            return Rect(0, 0, 0, 0)
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        # Boxes from before a change to a smaller size may reach beyond the picture.
        right = min(width, max(box.x + box.width for box in boxes))
        bottom = min(height, max(box.y + box.height for box in boxes))
        return Rect(left, top, max(0, right - left), max(0, bottom - top))
