"""A Mac that shows a still picture and plays a sine, as an IPC v4 emulator that answers audio requests.

`python bench/tone_source.py --rate 44100 --channels 2 --hertz 1000` prints the contract's ready line and then
answers each request at once with as many frames as its rate owes for the requested time.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from fractions import Fraction

import numpy as np

from moof.ipc import AudioRequest, EmulatorEnd, Message, Ping, PingEchoes, Rect, State, exact_rate
from source import run_source


class ToneSource:
    """Still picture, endless sine; the phase goes on exactly from answer to answer."""

    def __init__(self, rate: int, channels: int, hertz: float) -> None:
        self.rate, self.channels, self.hertz = rate, channels, hertz
        self.end = EmulatorEnd.create(os.getpid())
        self.end.segment.state = State.RUNNING
        self.owed = Fraction(0)
        self.played = 0
        self.echoes = PingEchoes()

    def on_message(self, message: Message) -> None:
        """Answer audio requests and note pings; ignore input."""
        if isinstance(message, Ping):
            self.echoes.received(message, time.time_ns() // 1000)
        if not isinstance(message, AudioRequest):
            return
        self.owed += message.requested_samples * exact_rate(self.rate) / 48000
        count = min(960, int(self.owed))
        self.owed -= count
        time_axis = (self.played + np.arange(count)) / float(exact_rate(self.rate))
        self.played += count
        wave = np.round(np.sin(2 * np.pi * self.hertz * time_axis) * 16000).astype(">i2")
        data = np.repeat(wave, self.channels).tobytes()
        self.end.audio.write(self.rate, self.channels, count, data, time.time_ns() // 1000)

    def run(self, stopped: threading.Event) -> None:
        """Publish the still picture ten times a second, for the pings' sake; nothing ever changes in it."""
        while not stopped.wait(0.1):
            target = self.end.frames.begin()[:480, :640]
            target[:] = 200
            now_us = time.time_ns() // 1000
            echo = self.echoes.next_echo(now_us)
            self.end.frames.publish(640, 480, Rect(0, 0, 0, 0), (0, 0, False), now_us, echo)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rate", type=int, default=44100)
    arguments.add_argument("--channels", type=int, choices=[1, 2], default=2)
    arguments.add_argument("--hertz", type=float, default=1000.0)
    options = arguments.parse_args()
    source = ToneSource(options.rate, options.channels, options.hertz)
    run_source(source.end, source.on_message, source.run)


if __name__ == "__main__":
    main()
