"""The bridge: how soon a program's drawing is noticed, what that costs, how old its sound is, and its breaks.

`python bench/bridge.py` prints two Markdown tables; `--sound-seconds 300` listens for five minutes. The
program is bench/sdl_program.py on the real SDL, Xvfb and PulseAudio library. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "e2e"))
from bridged import PROGRAM, Bridged, bridged

from moof.bridge.pulse import PlaybackStream
from moof.bridge.pulse_server import PulseServerThread
from moof.bridge.window_publisher import WindowImage
from moof.geometry import Rect
from moof.ipc import EmulatorConnection, EmulatorEnd, Frame
from stage import cpu_seconds, quantile, table

SIZES: Final = "640x480,1024x768,1920x1080"
COPIES: Final = 200
REQUEST_SECONDS: Final = 0.020


def bar_age_ms(frame: Frame) -> float:
    """Milliseconds between the program's drawing (the bar in the picture) and the frame's publication."""
    bits = frame.pixels[4, 4:256:8, 1] > 127
    drawn = sum(1 << place for place, bit in enumerate(bits) if bit)
    return ((frame.timestamp_us - drawn) & 0xFFFFFFFF) / 1000


def copy_ms(width: int, height: int) -> float:
    """What comparing and copying a picture costs that has changed everywhere; the median in ms."""
    framebuffer = np.zeros((height, width), np.uint32)
    slot = np.zeros((1080, 1920, 4), np.uint8)
    image, whole, times = WindowImage(framebuffer), Rect(0, 0, width, height), []
    for number in range(COPIES):
        framebuffer[:] = number
        began = time.perf_counter()
        image.copy_to(slot, image.update(whole, whole))
        times.append((time.perf_counter() - began) * 1000)
    return quantile(times, 0.5)


def measure_picture(size: str, seconds: float) -> list[str]:
    """One size: a row of the table."""
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        with bridged(Path(folder), "--bar", "--size", size) as running:
            running.wait_for_size(width, height)
            first = time.monotonic() - began
            ages, fps, cpu, display_cpu = watch(running, seconds)
    return [
        size,
        f"{first:.2f}",
        f"{fps:.1f}",
        f"{quantile(ages, 0.5):.2f}/{quantile(ages, 0.99):.2f}",
        f"{copy_ms(width, height):.2f}",
        f"{cpu:.1%}",
        f"{display_cpu:.1%}",
    ]


def watch(running: Bridged, seconds: float) -> tuple[list[float], float, float, float]:
    """Follow the picture; ages of frames in ms, frames a second, CPU of the bridge and of the X server."""
    pid = running.process.pid
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    display = next(int(word) for word in words if Path(f"/proc/{word}/comm").read_text().strip() == "Xvfb")
    time.sleep(1)
    before, began = (cpu_seconds(pid), cpu_seconds(display)), time.monotonic()
    count = running.connection.segment.read("frame_count")
    ages: list[float] = []
    while time.monotonic() - began < seconds:
        frame = running.connection.frames.latest()
        if frame is not None:
            ages.append(bar_age_ms(frame))
        time.sleep(0.002)
    elapsed = time.monotonic() - began
    frames = running.connection.segment.read("frame_count") - count
    cpu = [
        (now - then) / elapsed
        for now, then in zip((cpu_seconds(pid), cpu_seconds(display)), before, strict=True)
    ]
    return ages, frames / elapsed, cpu[0], cpu[1]


class AgedStreams:
    """Notes when a program wrote its bytes, and how old they are when they are taken out for the ring."""

    def __init__(self) -> None:
        self.ages_ms: list[float] = []
        self._written: list[tuple[int, float]] = []
        write, take = PlaybackStream.write, PlaybackStream.take

        def noted_write(stream: PlaybackStream, data: bytes) -> None:
            write(stream, data)
            self._written.append((stream.written, time.monotonic()))

        def noted_take(stream: PlaybackStream, frames: int) -> bytes:
            answer = take(stream, frames)
            while self._written and self._written[0][0] <= stream.taken:
                self.ages_ms.append((time.monotonic() - self._written.pop(0)[1]) * 1000)
            return answer

        PlaybackStream.write = noted_write  # type: ignore[method-assign,assignment]
        PlaybackStream.take = noted_take  # type: ignore[method-assign,assignment]


async def listen(name: str, rate: int, seconds: float) -> tuple[NDArray[np.int16], list[float], int]:
    """Let the program play its ramp; what came through the ring, the bytes' ages in ms, and short pulls."""
    aged = AgedStreams()
    heard: list[NDArray[np.int16]] = []
    with tempfile.TemporaryDirectory() as folder, EmulatorEnd.create() as end:
        sound = PulseServerThread(Path(folder), end.audio)
        await sound.start()
        control = asyncio.get_running_loop().run_in_executor(None, end.serve, lambda message: None)
        connection = await asyncio.to_thread(EmulatorConnection.connect, end.segment.pid)
        words = ["--play", f"{name}:{rate}:1", "--samples", str(int((seconds + 10) * rate))]
        environment = {**os.environ, **sound.environment(), "SDL_VIDEODRIVER": "dummy"}
        program = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), f"{folder}/log", *words, env=environment
        )
        due = time.monotonic()
        end_at = due + seconds + 2
        while due < end_at:
            sound.request(960)
            while (frame := connection.audio.read()) is not None:
                heard.append(np.frombuffer(frame.data, ">i2").astype(np.int16))
            due += REQUEST_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        short = sum(stream.short for stream in sound.sound.streams)
        program.kill()
        await program.wait()
        connection.close()
        end.stop()
        await control
        sound.stop()
    return np.concatenate(heard), aged.ages_ms, short


def breaks(samples: NDArray[np.int16]) -> int:
    """Places where the ramp does not go on by one, after it has begun."""
    steps = np.diff(samples[np.argmax(samples != 0) :].astype(int)) % 65536
    return int(np.count_nonzero(steps != 1))


def measure_sound(name: str, rate: int, seconds: float) -> list[str]:
    """One format: a row of the table."""
    samples, ages, short = asyncio.run(listen(name, rate, seconds))
    played = len(samples) / rate
    return [
        f"{name}, {rate} Hz, {played:.0f} s",
        f"{quantile(ages, 0.5):.1f}/{quantile(ages, 0.99):.1f}",
        str(breaks(samples)),
        str(short),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default=SIZES)
    arguments.add_argument("--seconds", type=float, default=8.0, help="of each picture")
    arguments.add_argument("--sound-seconds", type=float, default=30.0)
    options = arguments.parse_args()
    rows = [measure_picture(size, options.seconds) for size in options.sizes.split(",") if size]
    head = ["size, 60 fps", "start → picture s", "fps", "drawn → published p50/p99 ms", "compare + copy ms"]
    print(table([*head, "bridge CPU", "Xvfb CPU"], rows) if rows else "")
    print()
    sounds = [measure_sound("S16BE", 44100, options.sound_seconds)]
    print(table(["sound", "written → ring p50/p99 ms", "breaks", "short pulls"], sounds))


if __name__ == "__main__":
    main()
