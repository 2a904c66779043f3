"""The Mac's screen in the size of a viewer's window: the host asks, the guest changes the mode.

XPRAM keeps the size that was chosen in the Mac, and it comes back when no window is followed any more; a
size that was chosen meanwhile stays.
"""

import threading
from dataclasses import replace

from moof.mac.adb import Adb
from moof.mac.video_card import SIZES, VideoCard, VideoMode


class ScreenSize:
    """Passes requests for a size to the guest through the ADB. Thread-safe."""

    def __init__(self, adb: Adb, video: VideoCard) -> None:
        self._adb = adb
        self._video = video
        self._lock = threading.Lock()
        self._followed: tuple[int, int] | None = None
        self._before: tuple[int, int] | None = None
        """The size before the first window was followed."""

    def follow(self, width: int, height: int) -> None:
        """Ask the guest for the size for a window of so many Mac pixels; 0 x 0: for the size before."""
        mode = self._video.mode
        now = (mode.width, mode.height)
        with self._lock:
            if width and height:
                self._before = self._before or now
                size = self._followed = fitting_size(width, height)
            elif self._before is not None:
                size = self._before if now == self._followed else now
                self._followed = self._before = None
            else:
                return
        self._adb.request_size(*size)

    def apply(self, mode: VideoMode) -> VideoMode:
        """Return the mode to start in: `mode`, in the size of the window that is followed."""
        with self._lock:
            if self._followed is None:
                return mode
            width, height = self._followed
        return replace(mode, width=width, height=height)


def fitting_size(width: int, height: int) -> tuple[int, int]:
    """Return the card's largest size that fits a window; the smallest one if none does."""
    fitting = [size for size in SIZES if size[0] <= width and size[1] <= height]
    return max(fitting or SIZES[:1])
