"""The server's copy of the Mac's framebuffer: torn reads are caught and changes found here, once for all.

The emulator may overwrite a slot while it is read, and its word on what changed cannot be relied upon:
frames are skipped when we are busy, and existing emulators compare with the frame before last. So each frame
is compared with what we hold, and what differs is copied. From then on codecs work on memory that nobody
else writes, for as long as they like.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.ipc import Frame, PixelFormat
from moof.media.difference import changed_rect
from moof.media.raster import pixels_of

_ATTEMPTS: Final = 4
_SAMPLED: Final = 4
"""Every so many rows and columns are looked at for colours."""
_TINT: Final = 8
"""A pixel's components that differ by less look grey."""
_COLOURFUL_SHARE: Final = 500
"""One coloured pixel in so many makes a picture colourful: a menu's apple alone does not."""


class FrameSource(Protocol):
    """What a Screen needs of `moof.ipc.FrameSlotReader`."""

    def current(self) -> Frame | None:
        """Return the newest frame, new or not."""

    def still_valid(self, frame: Frame) -> bool:
        """Return False when `frame` may have been overwritten since it was returned."""


class ShadowFramebuffer:
    """The newest picture, uint8 (height, width, 4), bytes B,G,R,A; empty (0 x 0) before the first frame."""

    def __init__(self) -> None:
        self._raw = np.zeros((0, 0), np.uint32)
        self._bgra = self._raw
        self._format = PixelFormat.BGRA
        self._unreported = EMPTY
        self.torn = 0
        """How many reads had to be repeated because the emulator overtook us."""

    @property
    def bgra(self) -> NDArray[np.uint8]:
        """The picture, uint8 (height, width, 4)."""
        return self._bgra.view(np.uint8).reshape(*self._bgra.shape, 4)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self._raw.shape
        return width, height

    def colourful(self) -> bool:
        """Return whether a sample of the pixels has other colours than greys; from any thread."""
        sample = self.bgra[::_SAMPLED, ::_SAMPLED].astype(np.int16)
        spread = sample[..., :3].max(axis=2, initial=0) - sample[..., :3].min(axis=2, initial=255)
        return bool(np.count_nonzero(spread > _TINT) * _COLOURFUL_SHARE > spread.size)

    def update(self, frame: Frame, source: FrameSource) -> tuple[Frame, Rect, bool]:
        """Take over `frame`, or a newer one when it was overwritten meanwhile.

        Returns the frame that was taken, the rectangle around all pixels that changed here, and whether it is
        certain that the picture is not torn; if not, the emulator was faster several times in a row and this
        must be called again soon. If `source` raises, what has
        changed here until then is reported next time.
        """
        certain = False
        for _ in range(_ATTEMPTS):
            copied = self._copy(frame)  # which may reset what is unreported
            self._unreported = self._unreported.union(copied)
            if certain := source.still_valid(frame):
                break
            self.torn += 1
            frame = source.current() or frame
        changed, self._unreported = self._unreported, EMPTY
        return frame, changed, certain

    def _copy(self, frame: Frame) -> Rect:
        """Copy what differs from the picture held and return its rectangle."""
        pixels = pixels_of(frame.pixels)
        if pixels.shape != self._raw.shape or frame.pixel_format != self._format:
            self._reset(frame)
            changed = Rect.whole(frame.width, frame.height)
        else:
            changed = changed_rect(pixels, self._raw)
        area = changed.slices
        np.copyto(self._raw[area], pixels[area])
        if self._bgra is not self._raw:
            np.copyto(self._bgra[area], self._raw[area].byteswap())
        return changed

    def _reset(self, frame: Frame) -> None:
        """Make room for another size or byte order."""
        self._format, self._unreported = frame.pixel_format, EMPTY
        self._raw = np.zeros((frame.height, frame.width), np.uint32)
        # Only an emulator that publishes A,R,G,B costs a second picture.
        self._bgra = self._raw if self._format is PixelFormat.BGRA else np.zeros_like(self._raw)
