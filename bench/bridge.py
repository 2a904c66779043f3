"""The bridge: delay from drawing to publication, its CPU time, the age of its sound, and breaks in it.

`python bench/bridge.py` prints Markdown tables; `--sound-seconds 300` records for five minutes, `--busy`
keeps one processor busy meanwhile. The program is support/sdl_program.py on the real SDL, Xvfb and PulseAudio
library. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.process_resources import cpu_seconds
from harness.tables import quantile, table
from moof.bridge.pulse import PlaybackStream
from moof.bridge.pulse_server import PulseServerThread
from moof.bridge.window_publisher import WindowImage
from moof.geometry import Rect
from moof.ipc import EmulatorConnection, EmulatorEnd, Frame
from support.bridge_process import SDL_PROGRAM, BridgeProcess, running_bridge
from support.playback_recorder import PlaybackRecorder
from support.processes import child_names

NOTICING_BRIDGE: Final = Path(__file__).parent / "harness" / "noticing_bridge.py"
SIZES: Final = "640x480,1024x768,1920x1080"
COPIES: Final = 200
REQUEST_SECONDS: Final = 0.020


def bar_age_ms(frame: Frame) -> float:
    """Return the ms between the program's drawing (the bar in the picture) and the frame's publication."""
    bits = frame.pixels[4, 4:256:8, 1] > 127
    drawn = sum(1 << place for place, bit in enumerate(bits) if bit)
    return ((frame.timestamp_us - drawn) & 0xFFFFFFFF) / 1000


def copy_ms(width: int, height: int) -> float:
    """Return the median ms of comparing and copying a picture that has changed everywhere."""
    framebuffer = np.zeros((height, width), np.uint32)
    slot = np.zeros((1080, 1920, 4), np.uint8)
    image, whole, times = WindowImage(framebuffer), Rect(0, 0, width, height), []
    for number in range(COPIES):
        framebuffer[:] = number
        started = time.perf_counter()
        image.update(whole, whole)
        image.copy_to(slot, 0)
        times.append((time.perf_counter() - started) * 1000)
    return quantile(times, 0.5)


def measure_picture(size: str, seconds: float) -> list[str]:
    """Measure one size and return its line of the table."""
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        with running_bridge(Path(folder), "--bar", "--size", size) as running:
            running.wait_for_size(width, height)
            first = time.monotonic() - started
            ages, fps, cpu, display_cpu = measure_frames(running, seconds)
    return [
        size,
        f"{first:.2f}",
        f"{fps:.1f}",
        f"{quantile(ages, 0.5):.2f}/{quantile(ages, 0.99):.2f}",
        f"{copy_ms(width, height):.2f}",
        f"{cpu:.1%}",
        f"{display_cpu:.1%}",
    ]


def measure_frames(running: BridgeProcess, seconds: float) -> tuple[list[float], float, float, float]:
    """Return the frames' ages in ms, frames a second, CPU of the bridge and of the X server."""
    pid = running.process.pid
    display = next(child for child, name in child_names(pid).items() if name == "Xvfb")
    time.sleep(1)
    before, started = (cpu_seconds(pid), cpu_seconds(display)), time.monotonic()
    count = running.connection.segment.read("frame_count")
    ages: list[float] = []
    while time.monotonic() - started < seconds:
        frame = running.connection.frames.latest()
        if frame is not None:
            ages.append(bar_age_ms(frame))
        time.sleep(0.002)
    elapsed = time.monotonic() - started
    frames = running.connection.segment.read("frame_count") - count
    cpu = [
        (now - then) / elapsed
        for now, then in zip((cpu_seconds(pid), cpu_seconds(display)), before, strict=True)
    ]
    return ages, frames / elapsed, cpu[0], cpu[1]


def measure_notice(size: str, seconds: float) -> list[str]:
    """Measure how long after the program's drawing the bridge notices it; return a line of the table."""
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "ages"
        command = (str(NOTICING_BRIDGE), str(output))
        with running_bridge(Path(folder), "--bar", "--size", size, moof=command) as running:
            running.wait_for_size(width, height)
            time.sleep(seconds + 1)
        ages = [float(line) for line in output.read_text().splitlines()]
    ages = ages[60:]  # not those of its first second
    figures = [f"{quantile(ages, fraction):.2f}" for fraction in (0.5, 0.95, 0.99)]
    return [size, str(len(ages)), *figures, f"{max(ages):.2f}"]


@contextlib.contextmanager
def busy_processor(wanted: bool) -> Iterator[None]:
    """Keep one processor busy by a process that computes without end, if that is wanted."""
    if not wanted:
        yield
        return
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


class StreamAges:
    """Records when a program wrote its bytes, and their ages when they are taken for the ring."""

    def __init__(self) -> None:
        self.ages_ms: list[float] = []
        self._written: list[tuple[int, float]] = []
        write, take = PlaybackStream.write, PlaybackStream.take

        def recording_write(stream: PlaybackStream, data: bytes, *position: Any) -> None:
            write(stream, data, *position)
            self._written.append((stream.written, time.monotonic()))

        def recording_take(stream: PlaybackStream, frames: int, played_frames: int) -> bytes:
            answer = take(stream, frames, played_frames)
            while self._written and self._written[0][0] <= stream.read_index:
                self.ages_ms.append((time.monotonic() - self._written.pop(0)[1]) * 1000)
            return answer

        PlaybackStream.write = recording_write  # type: ignore[method-assign,assignment]
        PlaybackStream.take = recording_take  # type: ignore[method-assign,assignment]


async def record(name: str, rate: int, seconds: float) -> tuple[NDArray[np.int16], list[float], int]:
    """Let the program play its ramp; return the ring's samples, the bytes' ages in ms, and short pulls."""
    ages = StreamAges()
    blocks: list[NDArray[np.int16]] = []
    with tempfile.TemporaryDirectory() as folder, EmulatorEnd.create() as end:
        sound = PulseServerThread(Path(folder), end.audio, PlaybackRecorder())
        await sound.start()
        control = asyncio.get_running_loop().run_in_executor(None, end.serve, lambda message: None)
        connection = await asyncio.to_thread(EmulatorConnection.connect, end.segment.pid)
        options = ["--play", f"{name}:{rate}:1", "--samples", str(int((seconds + 10) * rate))]
        environment = {**os.environ, **sound.environment(), "SDL_VIDEODRIVER": "dummy"}
        program = await asyncio.create_subprocess_exec(
            sys.executable, str(SDL_PROGRAM), f"{folder}/log", *options, env=environment
        )
        due = time.monotonic()
        end_at = due + seconds + 2
        while due < end_at:
            sound.request(960)
            while (frame := connection.audio.read()) is not None:
                blocks.append(np.frombuffer(frame.data, ">i2").astype(np.int16))
            due += REQUEST_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        short = sum(stream.underruns for stream in sound.sound.streams)
        program.kill()
        await program.wait()
        connection.close()
        end.stop()
        await control
        sound.stop()
    return np.concatenate(blocks), ages.ages_ms, short


def breaks(samples: NDArray[np.int16]) -> int:
    """Count the places where the ramp does not go on by one, after its start."""
    steps = np.diff(samples[np.argmax(samples != 0) :].astype(int)) % 65536
    return int(np.count_nonzero(steps != 1))


def measure_sound(name: str, rate: int, seconds: float) -> list[str]:
    """Measure one format and return its line of the table."""
    samples, ages, short = asyncio.run(record(name, rate, seconds))
    played = len(samples) / rate
    return [
        f"{name}, {rate} Hz, {played:.0f} s",
        f"{quantile(ages, 0.5):.1f}/{quantile(ages, 0.99):.1f}",
        str(breaks(samples)),
        str(short),
    ]


def main() -> None:
    """Measure the sizes that the options name, and the sound."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default=SIZES)
    arguments.add_argument("--seconds", type=float, default=8.0, help="of each picture")
    arguments.add_argument("--sound-seconds", type=float, default=30.0)
    arguments.add_argument("--busy", action="store_true", help="beside the sound, a busy processor")
    options = arguments.parse_args()
    rows = [measure_picture(size, options.seconds) for size in options.sizes.split(",") if size]
    head = ["size, 60 fps", "start → picture s", "fps", "drawn → published p50/p99 ms", "compare + copy ms"]
    print(table([*head, "bridge CPU", "Xvfb CPU"], rows) if rows else "")
    print()
    notices = [measure_notice(size, options.seconds) for size in options.sizes.split(",") if size]
    head = ["size, 60 fps", "times", "drawn → noticed p50 ms", "p95", "p99", "longest"]
    print(table(head, notices) if notices else "")
    print()
    with busy_processor(options.busy):
        sounds = [measure_sound("S16BE", 44100, options.sound_seconds)]
    print(table(["sound", "written → ring p50/p99 ms", "breaks", "short pulls"], sounds))


if __name__ == "__main__":
    main()
