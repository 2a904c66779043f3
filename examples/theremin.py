"""An emulator that is no Mac: a theremin. Left and right is the pitch, up and down the loudness.

Any program that implements IPC v4 can be served by Moof. It publishes a picture when something changes,
answers requests for sound, and handles the mouse.
"""

from __future__ import annotations

import contextlib
import threading
import time

import numpy as np

from moof.geometry import Rect
from moof.ipc import AudioRequest, EmulatorEnd, Message, Mouse, State

WIDTH, HEIGHT = 640, 480
RATE = 48_000
LOWEST, OCTAVES = 110.0, 4.0
PAPER, INK = 0xFFFFFFFF, 0xFF000000  # 32-bit words whose bytes are B, G, R, A


class Theremin:
    """The mouse's position, its picture and its sound."""

    def __init__(self, end: EmulatorEnd) -> None:
        self.end = end
        self.x, self.y = WIDTH // 2, HEIGHT // 2
        self.moved = threading.Event()
        self.moved.set()
        self._phase = 0.0

    def receive(self, message: Message) -> None:
        """Handle a message of the server; called on the control socket's thread."""
        match message:
            case Mouse(x=x, y=y, absolute=True):
                self.x, self.y = min(max(x, 0), WIDTH - 1), min(max(y, 0), HEIGHT - 1)
                self.moved.set()
            case AudioRequest(requested_samples=count):
                self.play(count)

    def play(self, count: int) -> None:
        """Answer with exactly as many samples as were requested: a sine of continuous phase."""
        frequency = LOWEST * 2 ** (OCTAVES * self.x / WIDTH)
        phases = self._phase + 2 * np.pi * frequency / RATE * np.arange(1, count + 1)
        self._phase = float(phases[-1] % (2 * np.pi))
        samples = (8000 * (1 - self.y / HEIGHT) * np.sin(phases)).astype(">i2")
        self.end.audio.write(RATE, 1, count, samples.tobytes(), time.time_ns() // 1000)

    def show(self) -> None:
        """Publish a picture with a line for the pitch and one for the loudness."""
        picture = self.end.frames.begin()[:HEIGHT, :WIDTH].view(np.uint32)[..., 0]
        picture[:] = PAPER
        picture[self.y] = INK
        picture[:, self.x] = INK
        whole = Rect(0, 0, WIDTH, HEIGHT)
        self.end.frames.publish(WIDTH, HEIGHT, whole, (self.x, self.y, True), time.time_ns() // 1000)


def main() -> None:
    """Run until Ctrl-C."""
    with EmulatorEnd.create() as end:
        end.segment.write("width", WIDTH)
        end.segment.write("height", HEIGHT)
        end.segment.state = State.RUNNING
        theremin = Theremin(end)
        control = threading.Thread(target=end.serve, args=(theremin.receive,), name="control-socket")
        control.start()
        print(end.ready_line(), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while theremin.moved.wait():
                theremin.moved.clear()
                theremin.show()
                time.sleep(1 / 60)
        end.stop()
        control.join()


if __name__ == "__main__":
    main()
