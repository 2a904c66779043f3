"""The parts of bench/performance.py: each measures one round by a function of another bench.

A part returns figures by name. The names begin with the part's own, which `--only` chooses by its beginning.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Final, Protocol

import encoders
import latency
import macs
import rest
import start
import video
import viewers
from harness.floors import import_seconds, machine_floors
from harness.medians import Figures
from harness.rivals import Rival
from harness.tables import quantile
from harness.testbed import browser
from rivals import Measured
from rivals import measure as measure_rival

ENCODED_PICTURES: Final = 160
CLICKED: Final = ("h264", "png")
VIEWERS: Final = 3
MACS: Final = 3
START_LIBRARIES: Final = start.IMPORTS["all of these"]


class Part(Protocol):
    """Something that is measured once in each round."""

    name: str

    def measure(self, seconds: float) -> Figures:
        """Measure it, about so long where it lasts, and return its figures by name."""


class Floors(Part):
    """What the machine itself needs."""

    name = "floor"

    def measure(self, seconds: float) -> Figures:
        """Measure memory, wake-up, packet, and the imports of Python's libraries."""
        found = machine_floors()
        found["libraries"] = import_seconds(START_LIBRARIES)
        found["numpy"] = import_seconds("numpy")
        return {f"floor {name}": value for name, value in found.items()}


def decibels(quality: str) -> float:
    """Return the PSNR in the words of another bench: infinite for an exact picture, nan for another size."""
    if quality in ("exact", "0 wrong pixels", "∞ dB"):
        return math.inf
    words = quality.split()
    return float(words[-2]) if words[-1] == "dB" else math.nan


class Encoder(Part):
    """An encoder without server, with its conversion."""

    def __init__(self, codec: str, size: str) -> None:
        self.codec, self.size, self.name = codec, size, f"encoder {codec} {size}"

    def measure(self, seconds: float) -> Figures:
        """Encode the drag workload."""
        codec = encoders.ALL[self.codec]
        run = encoders.video if codec.make is not None else encoders.rectangles
        width, height = map(int, self.size.split("x"))
        case = run(codec, encoders.Drag(width, height), ENCODED_PICTURES)
        return {f"{self.name} ms": case.cpu_ms, f"{self.name} bytes": case.bytes}


class Native(Part):
    """The server with an emulator of others that shows the drag workload."""

    def __init__(self, codec: str, size: str) -> None:
        self.codec, self.size, self.name = codec, size, f"native {codec} {size}"

    def measure(self, seconds: float) -> Figures:
        """Measure motion, and the picture at rest."""
        case = video.measure(self.codec, self.size, seconds)
        found = {
            "ms": case.cpu_ms_per_frame,
            "fps": case.frames_per_second,
            "megabits": case.megabits,
            "p50": case.latency_p50,
            "p95": case.latency_p95,
            "decibels": decibels(case.rest),
        }
        return {f"{self.name} {name}": value for name, value in found.items()}


class Click(Part):
    """From a click on the built-in Mac's Test Card to its display."""

    def __init__(self, codec: str) -> None:
        self.codec, self.name = codec, f"click {codec}"

    def measure(self, seconds: float) -> Figures:
        """Click about three times a second."""
        flips = latency.measure(self.codec, "1024x768", int(seconds * 3)).flips
        return {f"{self.name} p50": quantile(flips, 0.5), f"{self.name} p95": quantile(flips, 0.95)}


class Resting(Part):
    """A set-up of bench/rest.py, in which nothing happens."""

    def __init__(self, set_up: str) -> None:
        self.set_up, self.name = set_up, f"rest {set_up}"

    def measure(self, seconds: float) -> Figures:
        """Measure its processes."""
        with browser() as running:
            shares = rest.measure(self.set_up, running, seconds)
        return {f"{self.name} percent": sum(each.share for each in shares) * 100}


class XProgram(Part):
    """A rival of bench/rivals.py, or Moof's bridge, with an X program."""

    def __init__(self, rival: Rival) -> None:
        self.rival, self.name = rival, f"x {rival.name}"

    def measure(self, seconds: float) -> Figures:
        """Measure motion, keys and rest."""
        measured = Measured()
        measure_rival(self.rival, seconds, int(seconds * 3), measured)
        figures = measured.rounds[0] | {"decibels": decibels(measured.errors[0])}
        return {f"{self.name} {name}": value for name, value in figures.items()}


class Start(Part):
    """From the command to the picture, with a browser that runs already; not the first time."""

    name = "start"

    def __init__(self) -> None:
        self.is_first = True

    def measure(self, seconds: float) -> Figures:
        """Start Moof as a user does."""
        with tempfile.TemporaryDirectory() as folder, browser() as running:
            if self.is_first:
                start.start_once(running, Path(folder))
                self.is_first = False
            printed, _, frame, picture = start.start_once(running, Path(folder))
        return {"start printed": printed, "start frame": frame, "start picture": picture}


class Viewer(Part):
    """A further viewer of a rendition."""

    name = "viewer"

    def measure(self, seconds: float) -> Figures:
        """Measure the server with one viewer and with several."""
        rows = viewers.measure_further("1024x768", VIEWERS, seconds)
        share = (rows[1].cores - rows[0].cores) / VIEWERS
        return {"viewer percent": share * 100, "viewer megabits": rows[1].bits / 1e6}


class Mac(Part):
    """A further built-in Mac."""

    name = "mac"

    def measure(self, seconds: float) -> Figures:
        """Start some, one after another."""
        found = macs.measure(MACS)
        times, sizes = zip(*found, strict=True)
        return {"mac start": quantile(list(times), 0.5) * 1000, "mac memory": quantile(list(sizes), 0.5)}


def parts(sizes: list[str], codecs: list[str], rivals: list[Rival]) -> list[Part]:
    """Return all parts, in the order of a round."""
    before = [f"{codec}-ffmpeg" for codec in codecs if f"{codec}-ffmpeg" in encoders.ALL]
    found: list[Part] = [Floors()]
    for size in sizes:
        found += [Encoder(codec, size) for codec in [*codecs, *before]]
        found += [Native(codec, size) for codec in codecs]
    found += [Click(codec) for codec in codecs if codec in CLICKED]
    found += [Resting(set_up) for set_up in rest.SET_UPS]
    found += [XProgram(rival) for rival in rivals if not rival.missing()]
    return [*found, Start(), Viewer(), Mac()]
