"""The video card: sizes, depths and the colour table."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.mac.errors import MacError
from moof.mac.memory import FRAMEBUFFER_BASE, GuestMemory

SIZES: Final = ((512, 342), (640, 480), (832, 624), (1024, 768), (1152, 870), (1920, 1080))
"""In the order of their numbers in XPRAM."""
DEPTHS: Final = (1, 2, 4, 8, 16, 32)
OPAQUE: Final = 0xFF00_0000


class VideoModeError(MacError):
    """A size or depth that the card does not have."""


@dataclass(frozen=True, slots=True)
class VideoMode:
    """One mode: width and height in pixels, bits per pixel. Raises VideoModeError for any other."""

    width: int
    height: int
    depth: int

    def __post_init__(self) -> None:
        if (self.width, self.height) not in SIZES or self.depth not in DEPTHS:
            sizes = ", ".join(f"{width}x{height}" for width, height in SIZES)
            raise VideoModeError(
                f"There is no video mode {self.width}x{self.height} with {self.depth} bits per pixel: "
                f"choose a size of {sizes} and a depth of {', '.join(map(str, DEPTHS))}."
            )

    @property
    def row_bytes(self) -> int:
        """Bytes of a row; every width is a multiple of 8, so that a row is whole bytes at any depth."""
        return self.width * self.depth // 8


DEFAULT_MODE: Final = VideoMode(1024, 768, 8)


@dataclass(frozen=True, slots=True)
class VideoState:
    """Mode, colour table (256 entries as in `clut`) and cursor. Raises ValueError for another table."""

    mode: VideoMode
    clut: tuple[int, ...]
    cursor: tuple[int, int, bool]

    def __post_init__(self) -> None:
        """Check the table."""
        if len(self.clut) != 256 or not all(OPAQUE <= colour < 1 << 32 for colour in self.clut):
            raise ValueError("the colour table is not one of this card")


class VideoCard:
    """The video card. The 68k's thread sets modes and colours; any thread may read them.

    `mode` is replaced as a whole, never modified. `clut` is uint32 (256,) in the pixel format of published
    frames (blue in the low byte, alpha 0xFF); `clut_version` increases with each change of it, `mode_version`
    with each change of the mode. `cursor` is x, y of the hot spot and whether the cursor is visible.
    """

    def __init__(self, memory: GuestMemory) -> None:
        self._memory = memory
        self.mode = DEFAULT_MODE
        self.mode_version = 0
        self.clut: NDArray[np.uint32] = grey_ramp(DEFAULT_MODE.depth)
        self.clut_version = 0
        self.cursor = (0, 0, False)

    def set_mode(self, mode: VideoMode) -> None:
        """Set the mode and the depth's grey ramp; the framebuffer's contents are undefined afterwards."""
        self.mode = mode
        self.mode_version += 1
        self._install(grey_ramp(mode.depth))

    def set_colours(self, first: int, rgb: NDArray[np.uint8]) -> None:
        """Set table entries from `first` on: uint8 (n, 3) R, G, B; entries beyond 255 are ignored."""
        rgb = rgb[: max(0, 256 - first)].astype(np.uint32)
        clut = self.clut.copy()
        clut[first : first + len(rgb)] = OPAQUE | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
        self._install(clut)

    def save(self) -> VideoState:
        """Return mode, colours and cursor; the pixels are in memory."""
        return VideoState(self.mode, tuple(self.clut.tolist()), self.cursor)

    def restore(self, state: VideoState) -> None:
        """Continue with what `save` returned; a picture with the old pixels is not of the new mode."""
        self.set_mode(state.mode)
        self._install(np.array(state.clut, dtype=np.uint32))
        self.cursor = state.cursor

    def blank(self) -> None:
        """Make the screen black at any depth, as with the power off."""
        self._memory.view(FRAMEBUFFER_BASE, self.mode.row_bytes * self.mode.height)[:] = 0
        self._install(np.full(256, OPAQUE, dtype=np.uint32))

    def framebuffer(self, mode: VideoMode) -> NDArray[np.uint8]:
        """Return a live view of the framebuffer in `mode`'s layout: uint8 (height, row_bytes)."""
        view = self._memory.view(FRAMEBUFFER_BASE, mode.row_bytes * mode.height)
        return view.reshape(mode.height, mode.row_bytes)

    def _install(self, clut: NDArray[np.uint32]) -> None:
        # A new array each time: a thread that reads the old one keeps a consistent table.
        self.clut = clut
        self.clut_version += 1


def grey_ramp(depth: int) -> NDArray[np.uint32]:
    """Return the table at power-on, uint32 (256,): from white at 0 to black, as on any Macintosh."""
    colours = 1 << min(depth, 8)
    grey = 255 - (np.arange(256, dtype=np.uint32) % colours) * 255 // (colours - 1)
    return (OPAQUE | grey << 16 | grey << 8 | grey).astype(np.uint32)
