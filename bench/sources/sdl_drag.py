"""The workload of the reference figures as an SDL program, to be shown by `moof bridge`.

`moof bridge -- python bench/sources sdl_drag --size 1024x768` drags the window of sources/drag.py at 59.31
frames a second, so that its phase against the bridge's and the browser's changes all the time. It updates two
rectangles: the time bar, and where the window was and is. K inverts a patch right of the bar, and M stops the
window and the bar; with --picture it then writes its pixels to that file, uint8 (height, width, 4) BGRA.
"""

from __future__ import annotations

import argparse
import ctypes
import time
from pathlib import Path
from typing import Any

import numpy as np

from harness import BENCH  # noqa: F401  # so that `support` is found
from moof.geometry import Rect
from sources.drag import BLOCK_HEIGHT, DragScene
from support.sdl_program import QUIT, VIDEO_AND_AUDIO, Window, events

FRAME_SECONDS = 1 / 59.31
PATCH = Rect(800, 0, 200, BLOCK_HEIGHT)
KEY_DOWN, K, M = 0x300, 14, 16


class Motion:
    """What the keys have changed: whether the window moves, and the patch's colour."""

    def __init__(self) -> None:
        self.moving, self.white, self.closed, self.pressed = True, False, False, False

    def handle(self, event: bytes) -> None:
        """Take an SDL event."""
        kind = int.from_bytes(event[:4], "little")
        self.closed = self.closed or kind == QUIT
        if kind != KEY_DOWN or event[13]:  # a repetition
            return
        scancode = int.from_bytes(event[16:20], "little")
        self.pressed = self.pressed or scancode in (K, M)
        self.white ^= scancode == K
        self.moving ^= scancode == M


def show(window: Window, *areas: Rect) -> None:
    """Show parts of the window's surface."""
    rectangles = (ctypes.c_int * (4 * len(areas)))(*(value for area in areas for value in area))
    window.sdl.SDL_UpdateWindowSurfaceRects(window.handle, rectangles, len(areas))


def main() -> None:
    """Drag until the window is closed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--picture", type=Path)
    options = arguments.parse_args()
    width, height = map(int, options.size.split("x"))
    sdl: Any = ctypes.CDLL("libSDL2-2.0.so.0")
    sdl.SDL_Init(VIDEO_AND_AUDIO)
    window, scene = Window(sdl, "Drag", width, height), DragScene(width, height)
    bar, place = Rect(0, 0, width, BLOCK_HEIGHT), Rect.whole(width, height)
    frame, due = 0, time.monotonic()
    motion = Motion()
    while not motion.closed:
        for event in events(sdl):
            motion.handle(event)
        pixels = window.pixels.view(np.uint8).reshape(height, -1, 4)[:, :width]
        if motion.moving:
            frame += 1
            scene.draw(pixels, 0, frame, time.time_ns() // 1000)
            before = place
            place = Rect(*scene.position(frame), scene.window.shape[1], scene.window.shape[0])
        if width >= PATCH.x + PATCH.width:
            pixels[PATCH.slices] = 255 * motion.white
        if motion.moving:
            show(window, bar, before.union(place))
        elif motion.pressed:
            show(window, bar)
        if options.picture and motion.pressed and not motion.moving:
            options.picture.write_bytes(pixels.tobytes())
        motion.pressed = False
        due += FRAME_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main()
