"""The picture that the server shall see, kept beside the guest's framebuffer: converted, and compared.

No thread, no clock, no shared memory: `refresh` brings those.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.mac.memory import FRAMEBUFFER_BYTES
from moof.mac.video import Video, VideoMode
from moof.media.depth import update_bgra
from moof.media.difference import changed_rows

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

NOTHING: Final[Box] = (0, 0, 0, 0)


class Screen:
    """The shadow of the framebuffer.

    `pixels` is what was taken last: uint32 (height, width), blue in the low byte, alpha 0xFF. It is a view of
    a block that is reused, so only the thread that calls `take` may look at it.
    """

    def __init__(self, video: Video) -> None:
        self._video = video
        self._raw_block = np.zeros(FRAMEBUFFER_BYTES, dtype=np.uint8)
        self._pixel_block = np.zeros(FRAMEBUFFER_BYTES // 4, dtype=np.uint32)
        self._mode_version = -1
        self._clut_version = -1
        self._lay_out(video.mode)

    def _lay_out(self, mode: VideoMode) -> None:
        self.mode = mode
        self._raw = self._raw_block[: mode.row_bytes * mode.height].reshape(mode.height, mode.row_bytes)
        pixels = self._pixel_block[: mode.width * mode.height].reshape(mode.height, mode.width)
        self.pixels: NDArray[np.uint32] = pixels

    @property
    def is_current_mode(self) -> bool:
        """Whether the last picture taken is of the mode that the card is in."""
        return self._mode_version == self._video.mode_version

    def take(self, sequence: Callable[[], int]) -> Box | None:
        """Take a picture; returns the exact box of the pixels that changed since the last one, or None.

        `sequence` reads the guest's count of drawings. If it moves while the framebuffer is copied, what
        changed is copied again, once: a guest that draws all the time shall be seen, too.
        """
        mode_changed = not self.is_current_mode
        if mode_changed:
            self._mode_version = self._video.mode_version
            self._lay_out(self._video.mode)
        before = sequence()
        rows = self._copy_changes()
        if sequence() != before:
            rows = _span(rows, self._copy_changes())
        clut, clut_version = self._video.clut, self._video.clut_version
        if mode_changed or clut_version != self._clut_version:
            self._clut_version = clut_version
            rows = (0, self.mode.height)
        box = update_bgra(self._raw, self.mode.depth, clut, self.pixels, rows) if rows else None
        if not self.is_current_mode:
            return None  # the guest has switched meanwhile: what was copied is of neither mode
        return (0, 0, self.mode.width, self.mode.height) if mode_changed else box

    def _copy_changes(self) -> tuple[int, int] | None:
        """Bring the copy of the framebuffer up to date; the rows it took: first, and one past the last."""
        live = self._video.framebuffer(self.mode)
        rows = changed_rows(live, self._raw)
        if rows:
            self._raw[slice(*rows)] = live[slice(*rows)]
        return rows


def _span(a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])
