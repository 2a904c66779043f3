"""The video card: sizes, depths and the colour table."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.mac.errors import MacError
from moof.mac.memory import FRAMEBUFFER_BASE, GuestMemory

SIZES: Final = ((512, 342), (640, 480), (832, 624), (1024, 768), (1152, 870), (1920, 1080))
"""In the order in which the XPRAM numbers them."""
DEPTHS: Final = (1, 2, 4, 8, 16, 32)
OPAQUE: Final = 0xFF00_0000


class VideoModeError(MacError):
    """A size or depth that the card does not have."""


@dataclass(frozen=True, slots=True)
class VideoMode:
    """One mode: pixels across and down, bits per pixel."""

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
        """Bytes from one row to the next; every size divides by 8, so rows are whole bytes at any depth."""
        return self.width * self.depth // 8


DEFAULT_MODE: Final = VideoMode(1024, 768, 8)


class VideoCard:
    """The card. The 68k's thread sets modes and colours; any thread may look.

    `mode` is replaced as a whole, never changed. `clut` is uint32 (256,), packed as the published picture's
    pixels are (blue in the low byte, alpha 0xFF); `clut_version` grows with each change, `mode_version` with
    each change of mode.
    """

    def __init__(self, memory: GuestMemory) -> None:
        self._memory = memory
        self.mode = DEFAULT_MODE
        self.mode_version = 0
        self.clut: NDArray[np.uint32] = grey_ramp(DEFAULT_MODE.depth)
        self.clut_version = 0
        self.cursor = (0, 0, False)

    def set_mode(self, mode: VideoMode) -> None:
        """Switch; the colours become that depth's grey ramp, the framebuffer's bytes meaningless."""
        self.mode = mode
        self.mode_version += 1
        self._install(grey_ramp(mode.depth))

    def set_colours(self, first: int, rgb: NDArray[np.uint8]) -> None:
        """Set table entries from `first` on: uint8 (n, 3) red, green, blue; those beyond 255 are ignored."""
        rgb = rgb[: max(0, 256 - first)].astype(np.uint32)
        clut = self.clut.copy()
        clut[first : first + len(rgb)] = OPAQUE | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
        self._install(clut)

    def blank(self) -> None:
        """Make the screen black, whatever the depth, as with the power off."""
        self._memory.view(FRAMEBUFFER_BASE, self.mode.row_bytes * self.mode.height)[:] = 0
        self._install(np.full(256, OPAQUE, dtype=np.uint32))

    def framebuffer(self, mode: VideoMode) -> NDArray[np.uint8]:
        """The framebuffer as `mode` lays it out: uint8 (height, row_bytes), a live view."""
        view = self._memory.view(FRAMEBUFFER_BASE, mode.row_bytes * mode.height)
        return view.reshape(mode.height, mode.row_bytes)

    def _install(self, clut: NDArray[np.uint32]) -> None:
        # A new array each time: whoever took the old one keeps a consistent table.
        self.clut = clut
        self.clut_version += 1


def grey_ramp(depth: int) -> NDArray[np.uint32]:
    """The table at power-on, uint32 (256,): white at 0 to black at the last colour, as on any Macintosh."""
    colours = 1 << min(depth, 8)
    grey = 255 - (np.arange(256, dtype=np.uint32) % colours) * 255 // (colours - 1)
    return (OPAQUE | grey << 16 | grey << 8 | grey).astype(np.uint32)
