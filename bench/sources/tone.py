"""An IPC v4 emulator that shows a still or a moving picture and plays a sine.

`python bench/sources tone --rate 44100 --channels 2 --hertz 1000` prints the contract's ready line and then
answers each request at once with as many frames as its rate gives for the requested time. After SIGUSR1 the
sine is switched on and off each quarter of a second, and for each onset it prints a line `mark MICROSECONDS`
with the time at which it was written into the ring. With `--answers` it takes as long for an answer as other
emulators do.
"""

from __future__ import annotations

import argparse
import random
import signal
import threading
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from moof.ipc import AudioRequest, Message, exact_rate
from sources.drag import DragSource
from sources.publisher import run_source

MARK_SECONDS = 0.25
TICK_SECONDS = 1 / 60.15


def existing_answer() -> float:
    """Return seconds as an existing emulator takes: 1.3 ms at the median, 1 % over 6, the longest 15."""
    rank = random.random()
    if rank < 0.99:
        return min(random.lognormvariate(-6.65, 0.6), 0.006)
    return random.uniform(0.006, 0.010 if rank < 0.9995 else 0.015)


ANSWERS: dict[str, Callable[[], float]] = {
    "at-once": lambda: 0.0,
    "constant": lambda: 0.001,
    "existing": existing_answer,
    "ticks": lambda: TICK_SECONDS - time.monotonic() % TICK_SECONDS,
}
"""How many seconds an answer takes, by name."""


class ToneSource(DragSource):
    """A picture and an endless sine, whose phase is continuous across answers."""

    def __init__(
        self, rate: int, channels: int, hertz: float, moving: bool, still_fps: float, answers: str
    ) -> None:
        super().__init__(*((1024, 768) if moving else (640, 480)), moving)
        self.answer_seconds = ANSWERS[answers]
        self.rate, self.channels, self.hertz = rate, channels, hertz
        self.still_seconds = 1 / still_fps
        self.remainder = Fraction(0)
        self.played = 0
        self.marking = threading.Event()
        self.audible = True

    def on_message(self, message: Message) -> None:
        """Answer audio requests and handle pings; ignore input."""
        super().on_message(message)
        if not isinstance(message, AudioRequest):
            return
        if seconds := self.answer_seconds():
            time.sleep(seconds)
        self.remainder += message.requested_samples * exact_rate(self.rate) / 48000
        count = min(960, int(self.remainder))
        self.remainder -= count
        starts = self.switch_on_or_off()
        time_axis = (self.played + np.arange(count)) / float(exact_rate(self.rate))
        self.played += count
        volume = 16000 if self.audible else 0
        wave = np.round(np.sin(2 * np.pi * self.hertz * time_axis) * volume).astype(">i2")
        data = np.repeat(wave, self.channels).tobytes()
        now_us = time.time_ns() // 1000
        self.end.audio.write(self.rate, self.channels, count, data, now_us)
        if starts:
            print(f"mark {now_us}", flush=True)

    def switch_on_or_off(self) -> bool:
        """Switch the sine on or off while marks are wanted; return whether it starts here."""
        was_audible = self.audible
        self.audible = not self.marking.is_set() or int(time.time() / MARK_SECONDS) % 2 == 0
        return self.audible and not was_audible

    def run(self, stopped: threading.Event) -> None:
        """Publish a moving picture at 60 Hz, or a still one, also for the echoes of pings."""
        if self.moving.is_set():
            super().run(stopped)
        frame = 0
        while not stopped.wait(self.still_seconds):
            self.publish(frame, moving=frame < 4)
            frame += 1


def main() -> None:
    """Run the source that the options describe."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rate", type=int, default=44100)
    arguments.add_argument("--channels", type=int, choices=[1, 2], default=2)
    arguments.add_argument("--hertz", type=float, default=1000.0)
    arguments.add_argument("--moving", action="store_true", help="a window is dragged, 1024x768 at 60 Hz")
    arguments.add_argument("--still-fps", type=float, default=10.0, help="frames a second without --moving")
    arguments.add_argument("--answers", choices=list(ANSWERS), default="at-once", help="how long they take")
    options = arguments.parse_args()
    source = ToneSource(
        *(options.rate, options.channels, options.hertz, options.moving), options.still_fps, options.answers
    )
    signal.signal(signal.SIGUSR1, lambda *_: source.marking.set())
    run_source(source.end, source.on_message, source.run)


if __name__ == "__main__":
    main()
