"""The server's copy of the Mac's framebuffer: detects torn reads and finds what changed, once for all codecs.

The emulator may overwrite a slot while it is read, and its claim of what changed cannot be relied upon:
frames are skipped while the server is busy, and existing emulators compare with the frame before last. So
each frame is compared with the copy (inside its dirty rectangle if the emulator says that these are exact),
and what differs is copied, in one pass. From then on codecs work on memory that no other process writes, for
as long as they like.
"""

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.ipc import Frame, PixelFormat
from moof.media.changed_blocks import BlockVersions, copy_changes
from moof.media.raster import pixels_of

_READ_ATTEMPTS: Final = 4
_SAMPLE_STEP: Final = 4
"""Every so many rows and columns are examined for colours."""
_MIN_SATURATION: Final = 8
"""A pixel whose components differ by no more than this counts as grey."""
_COLOURFUL_SHARE: Final = 500
"""One coloured pixel in so many makes a picture colourful: a menu's apple alone does not."""
_MOTION_DECAY_SECONDS: Final = 2.0


class FrameSource(Protocol):
    """The part of `moof.ipc.FrameSlotReader` that ShadowFramebuffer uses; the contract cannot inherit it."""

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
        self._blocks = BlockVersions(0, 0)
        self._unreported = EMPTY
        self.torn = 0
        """How many reads had to be repeated because the emulator overwrote the frame meanwhile."""

    @property
    def bgra(self) -> NDArray[np.uint8]:
        """The picture, uint8 (height, width, 4)."""
        return self._bgra.view(np.uint8).reshape(*self._bgra.shape, 4)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self._raw.shape
        return width, height

    @property
    def version(self) -> int:
        """A number that is higher after each `update`."""
        return self._blocks.version

    def changed_since(self, version: int) -> NDArray[np.bool_]:
        """Return which blocks of 16x16 pixels have changed after that version, bool (rows, columns)."""
        return self._blocks.changed_since(version)

    def colourful(self) -> bool:
        """Return whether a sample of the pixels has other colours than greys; from any thread."""
        sample = self.bgra[::_SAMPLE_STEP, ::_SAMPLE_STEP].astype(np.int16)
        spread = sample[..., :3].max(axis=2, initial=0) - sample[..., :3].min(axis=2, initial=255)
        return bool(np.count_nonzero(spread > _MIN_SATURATION) * _COLOURFUL_SHARE > spread.size)

    def update(
        self, frame: Frame, source: FrameSource, within: Rect | None = None
    ) -> tuple[Frame, Rect, bool]:
        """Copy `frame`, or a newer one if the emulator overwrites it meanwhile.

        `within` contains all pixels of `frame` that differ from the picture held; None if that is not known.

        Returns the frame that was taken, the rectangle around all pixels that changed here, and whether it is
        certain that the picture is not torn; if not, the emulator was faster several times in a row and this
        must be called again soon. If `source` raises, the next call reports what has changed here until then.
        """
        consistent = False
        if not self._unreported.is_empty:
            self._blocks.change_all()  # those that a failed read has changed are reported only now
        for _ in range(_READ_ATTEMPTS):
            copied = self._copy(frame, within)  # which may reset what is unreported
            self._unreported = self._unreported.union(copied)
            if consistent := source.still_valid(frame):
                break
            self.torn += 1
            frame, within = source.current() or frame, None
        changed, self._unreported = self._unreported, EMPTY
        return frame, changed, consistent

    def _copy(self, frame: Frame, within: Rect | None) -> Rect:
        """Copy the pixels that differ from the picture held and return the rectangle around them."""
        pixels = pixels_of(frame.pixels)
        if pixels.shape != self._raw.shape or frame.pixel_format != self._format:
            self._allocate(frame)
            changed = Rect.whole(frame.width, frame.height)
            np.copyto(self._raw, pixels)
        else:
            changed = copy_changes(pixels, self._raw, self._blocks, within)
        if self._bgra is not self._raw and not changed.is_empty:
            area = changed.slices
            np.copyto(self._bgra[area], self._raw[area].byteswap())
        return changed

    def _allocate(self, frame: Frame) -> None:
        """Replace the arrays by new ones for another size or byte order."""
        self._format, self._unreported = frame.pixel_format, EMPTY
        self._raw = np.zeros((frame.height, frame.width), np.uint32)
        self._blocks = BlockVersions(frame.width, frame.height, self.version + 1)
        # Only an emulator that publishes A,R,G,B costs a second picture.
        self._bgra = self._raw if self._format is PixelFormat.BGRA else np.zeros_like(self._raw)


@dataclass(frozen=True, slots=True)
class ContentStats:
    """Whether the picture has colours, and how many whole pictures' worth of pixels change each second."""

    colourful: bool = False
    motion: float = 1.0


class ContentSource(Protocol):
    """Knows what kind of picture the Mac shows."""

    def content_stats(self) -> ContentStats:
        """Return the statistics of the picture; from any thread."""


class MotionMeter:
    """How much of the picture changes each second, with an exponential decay.

    Recorded by one thread, read from any; `now` in seconds.
    """

    def __init__(self) -> None:
        self._rate = 0.0
        self._recorded_at = 0.0

    def record(self, changed: Rect, size: tuple[int, int], now: float) -> None:
        """Add what changed in a picture of (width, height) pixels."""
        if not changed.is_empty and 0 not in size:
            share = changed.area / (size[0] * size[1])
            self._rate, self._recorded_at = self.rate(now) + share / _MOTION_DECAY_SECONDS, now

    def rate(self, now: float) -> float:
        """Return pictures a second: a blinking caret makes a thousandth, a dragged window ten and more."""
        return self._rate * math.exp((self._recorded_at - now) / _MOTION_DECAY_SECONDS)
