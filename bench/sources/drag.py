"""The workload of the reference figures as an IPC v4 emulator: 60 fps, a window dragged over dither.

`python bench/sources drag --size 1024x768 --motion drag` prints the contract's ready line and runs until
terminated. The top edge of the picture contains a time bar: 48 blocks of 16 x 8 pixels, black for 0 and white
for 1, most significant bit first, that encode the low 48 bits of CLOCK_REALTIME in µs when it was drawn.
SIGUSR1 stops the window, SIGUSR2 moves it again. With --exact it says on the extension socket that its dirty
rectangles are exact, as the built-in Mac and the bridge do.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from moof.extension import Capability, ExtensionEnd, ExtensionMessage, ExtensionReceiver
from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorEnd, Message, Ping, PingEchoes, State
from sources.publisher import run_source

BAR_BITS = 48
BLOCK_WIDTH, BLOCK_HEIGHT = 16, 8
FRAME_SECONDS = 1 / 60
FRAME_SLOTS = 3

Picture = NDArray[np.uint8]


def dithered_desktop(width: int, height: int) -> Picture:
    """Return a grey of black and white pixels, as a 1-bit Mac shows it; uint8 (height, width, 4) BGRA."""
    y, x = np.mgrid[0:height, 0:width]
    grey = np.where((x + y) % 2 == 0, 255, 0).astype(np.uint8)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def document_window(width: int, height: int) -> Picture:
    """Return a white window with a title bar and text-like lines; uint8 (height, width, 4) BGRA."""
    window = np.full((height, width, 4), 255, np.uint8)
    window[[0, -1], :, :3] = 0
    window[:, [0, -1], :3] = 0
    window[4:16:2, 2:-2, :3] = 0
    random = np.random.default_rng(1984)
    for top in range(26, height - 12, 14):
        ink = random.random((9, width - 24)) < 0.35
        window[top : top + 9, 12 : width - 12, :3][ink] = 0
    return window


def time_bar(microseconds: int) -> Picture:
    """Return the bar's pixels for one time; uint8 (8, 768, 4) BGRA."""
    bits = [(microseconds >> shift) & 1 for shift in reversed(range(BAR_BITS))]
    row = np.repeat(np.array(bits, np.uint8) * 255, BLOCK_WIDTH)
    bar = np.full((BLOCK_HEIGHT, row.size, 4), 255, np.uint8)
    bar[:, :, :3] = row[None, :, None]
    return bar


@dataclass
class DragScene:
    """Draws the scene into frame slots, whose last content it tracks: only what moved is copied."""

    width: int
    height: int
    drawn_at: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desktop = dithered_desktop(self.width, self.height)
        self.window = document_window(self.width * 2 // 5, self.height * 2 // 5)

    def position(self, frame: int) -> tuple[int, int]:
        """Return the window's position in this frame: on a slow Lissajous figure below the time bar."""
        free_x = self.width - self.window.shape[1]
        free_y = self.height - self.window.shape[0] - 2 * BLOCK_HEIGHT
        x = (math.sin(frame / 47) + 1) / 2 * free_x
        y = (math.sin(frame / 31) + 1) / 2 * free_y
        return int(x), int(y) + 2 * BLOCK_HEIGHT

    def draw(self, target: Picture, slot: int, frame: int, microseconds: int) -> None:
        """Update a slot to this frame; `target` is the slot's view, (height, width, 4)."""
        window_height, window_width = self.window.shape[:2]
        if slot in self.drawn_at:
            x, y = self.drawn_at[slot]
            target[y : y + window_height, x : x + window_width] = self.desktop[
                y : y + window_height, x : x + window_width
            ]
        else:
            target[:] = self.desktop
        x, y = self.position(frame)
        target[y : y + window_height, x : x + window_width] = self.window
        bar = time_bar(microseconds)[:, : self.width]
        target[:BLOCK_HEIGHT, : bar.shape[1]] = bar
        self.drawn_at[slot] = x, y


class ExactDirtyEnd(ExtensionReceiver):
    """Says that dirty rectangles are exact; it takes nothing else."""

    def extension_message(self, message: ExtensionMessage) -> None:
        """Ignore it: no capability has messages."""

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve the extension socket from a thread of its own."""
        with ExtensionEnd.create([Capability.EXACT_DIRTY]) as end:
            thread = threading.Thread(target=end.serve, args=(self,), name="extension")
            thread.start()
            try:
                yield
            finally:
                end.stop()
                thread.join()


class DragSource:
    """An emulator that shows this scene, published at 60 Hz on absolute deadlines."""

    def __init__(self, width: int, height: int, moving: bool) -> None:
        self.scene = DragScene(width, height)
        self.end = EmulatorEnd.create(os.getpid())
        self.moving = threading.Event()
        if moving:
            self.moving.set()
        self.dirty = Rect(0, 0, width, height)
        self.echoes = PingEchoes()
        self.end.segment.state = State.RUNNING
        self.stopped_us = 0

    def on_message(self, message: Message) -> None:
        """Handle pings, which are echoed in the next five frames; ignore everything else."""
        if isinstance(message, Ping):
            self.echoes.received(message, time.time_ns() // 1000)

    def publish(self, frame: int, moving: bool) -> None:
        """Draw and publish one frame; without motion its dirty rectangle is empty, as of real emulators."""
        now_us = time.time_ns() // 1000 if self.moving.is_set() else self.stopped_us
        width, height = self.scene.width, self.scene.height
        target = self.end.frames.begin()[:height, :width]
        if moving:
            x, y = self.scene.position(frame)
            window = Rect(x, y, self.scene.window.shape[1], self.scene.window.shape[0])
            self.scene.draw(target, self.end.frames.slot, frame, now_us)
            dirty = self.dirty.union(window).union(Rect(0, 0, width, BLOCK_HEIGHT))
            self.dirty = window
        else:
            dirty = EMPTY
        complete_us = time.time_ns() // 1000
        echo = self.echoes.next_echo(complete_us)
        self.end.frames.publish(width, height, dirty, (0, 0, False), complete_us, echo)

    def run(self, stopped: threading.Event) -> None:
        """Publish until stopped."""
        frame, due = 0, time.monotonic()
        slots_to_draw = 0
        while not stopped.is_set():
            moving = self.moving.is_set()
            if moving:
                frame += 1
                # Every slot must contain the last moving picture before an empty dirty rectangle is correct.
                slots_to_draw = FRAME_SLOTS
                self.stopped_us = time.time_ns() // 1000
            self.publish(frame, moving or slots_to_draw > 0)
            slots_to_draw -= not moving
            due += FRAME_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))


def main() -> None:
    """Run the source that the options describe."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--motion", choices=["drag", "static"], default="drag")
    arguments.add_argument("--exact", action="store_true", help="dirty rectangles are said to be exact")
    options = arguments.parse_args()
    width, height = map(int, options.size.split("x"))
    with ExactDirtyEnd().serving() if options.exact else contextlib.nullcontext():
        source = DragSource(width, height, options.motion == "drag")
        signal.signal(signal.SIGUSR1, lambda *_: source.moving.clear())
        signal.signal(signal.SIGUSR2, lambda *_: source.moving.set())
        run_source(source.end, source.on_message, source.run)


if __name__ == "__main__":
    main()
