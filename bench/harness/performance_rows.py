"""The rows of bench/performance.py that have goals: each with its figure, its goal, and the measured floor.

A floor is what the same machine needs at least for it, from figures of the same run: the encoder alone,
reading two pictures, wake-ups, packets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from harness.floors import PACKET_BYTES, SIZES
from harness.medians import Medians, number
from harness.performance_tables import NAMES

SOURCE_FPS: Final = 60.0
HALF_REFRESH_MS: Final = 1000 / 60 / 2
"""What a browser's frame waits on average for the display's next refresh."""
RATIOS: Final = {"h264": (1.3, 1.15), "png": (1.4, 1.2)}
"""Goals of the server's CPU beside the encoder's, at each of SIZES."""
AGAINST_FFMPEG: Final = {"h264": {"ms": 0.8}, "vp9": {"ms": 0.65, "bytes": 0.7}}
UNITS: Final = {"ms": "CPU", "bytes": "bytes"}
X_GOALS: Final = {"h264": 4.2, "png": 3.2}
X_DELAYS: Final = {
    "drawn50": ("drawn → displayed p50, ms", 17.0),
    "drawn95": ("drawn → displayed p95, ms", 25.0),
    "moving50": ("key → displayed p50 while dragging, ms", 23.0),
    "moving95": ("key → displayed p95 while dragging, ms", 32.0),
}
X_WAKE_UPS: Final = 3
"""Of X server, bridge and server, for each frame."""
FPS: Final = (59.5, 58.0)
AV1_FPS: Final = (59.5, 50.0)
REST_DECIBELS: Final = 50.0
RESTING: Final = {
    "built-in Mac": (1.0, 20),
    "foreign, 60 frames, silent": (3.0, 20),
    "foreign, 60 frames, tone": (4.0, 120),
    "X program, silent": (0.5, 0),
}
"""Goal in percent; wake-ups a second that nobody can save: looks at frames, requests of sound, packets."""
HEAD: Final = ["row", "measured", "goal", "met", "floor"]


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        text: what was measured, with its unit.
        value: the median; nan if it was not measured.
        goal: the figure to reach, None without one.
        floor: the least that this machine can do, None if nothing says so.
        is_rate: a figure of which more is better.
    """

    text: str
    value: float
    goal: float | None = None
    floor: float | None = None
    is_rate: bool = False

    def cells(self) -> list[str]:
        """Return the cells of the line."""
        goal, met = "", ""
        if self.goal is not None:
            goal = f"{'≥' if self.is_rate else '≤'} {self.goal:g}"
            reached = self.value >= self.goal if self.is_rate else self.value <= self.goal
            met = "yes" if reached else "**no**"
        return [self.text, number(self.value), goal, met, "" if self.floor is None else number(self.floor)]


def sending_ms(medians: Medians, megabits: float, fps: float) -> float:
    """Return the ms that the packets of a picture need at that rate, nan if it is not known."""
    if math.isnan(megabits) or not fps > 0:
        return math.nan
    return math.ceil(megabits * 1e6 / 8 / fps / PACKET_BYTES) * medians["floor sendto"]


def frame_floor_ms(medians: Medians, codec: str, wake_ups: int, part: str, size: str = SIZES[0]) -> float:
    """Return the ms for one frame of a part: encoder, comparison, wake-ups, packets."""
    rate = next((each for each in ("megabits", "bits") if not math.isnan(medians[f"{part} {each}"])), "bits")
    sending = sending_ms(medians, medians[f"{part} {rate}"], medians[f"{part} fps"])
    fixed = medians[f"floor compare {size}"] + wake_ups * medians["floor wake-up"]
    return medians[f"encoder {codec} {size} ms"] + fixed + sending


def codec_rows(medians: Medians, codec: str, size: str) -> list[Row]:
    """Return the rows of one codec and size: the server beside the encoder, what arrives, the rest."""
    name, part, place = f"{NAMES[codec]} {size}", f"native {codec} {size}", SIZES.index(size)
    alone, fps = medians[f"encoder {codec} {size} ms"], medians[f"{part} fps"]
    floor = frame_floor_ms(medians, codec, 1, part, size)
    possible = min(SOURCE_FPS, 1000 / alone)
    rows = []
    if codec in RATIOS:
        ratio = medians[f"{part} ms"] / alone
        rows.append(Row(f"{name}: server ÷ encoder alone", ratio, RATIOS[codec][place], floor / alone))
    wanted = (AV1_FPS if codec == "av1" else FPS)[place]
    rows += [
        Row(f"{name}: frames delivered a second", fps, wanted, possible, is_rate=True),
        Row(f"{name}: drawn → displayed p50, ms", medians[f"{part} p50"], None, alone + HALF_REFRESH_MS),
        Row(f"{name}: 3.5 s after motion, dB", medians[f"{part} decibels"], REST_DECIBELS, is_rate=True),
    ]
    for unit, goal in AGAINST_FFMPEG.get(codec, {}).items():
        before, now = (medians[f"encoder {each} {size} {unit}"] for each in (f"{codec}-ffmpeg", codec))
        rows.append(Row(f"{name}: encoder alone ÷ through FFmpeg, {UNITS[unit]}", now / before, goal))
    return rows


def x_rows(medians: Medians, codec: str) -> list[Row]:
    """Return the rows of Moof's bridge with one codec, beside the best of the others."""
    part, name = f"x Moof, bridge, {codec}", f"X program, {NAMES[codec]}"
    cpu = medians[f"{part} cpu"]
    others = [medians[f"x {each} cpu"] for each in medians.having("x ", " cpu") if "Moof" not in each]
    floor = frame_floor_ms(medians, codec, X_WAKE_UPS, part)
    rows = [Row(f"{name}: CPU of everything, ms a shown frame", cpu, X_GOALS[codec], floor)]
    if others:
        rows.append(Row(f"{name}: the same ÷ the best rival's", cpu / min(others), 1.0, floor / min(others)))
    alone = medians[f"encoder {codec} {SIZES[0]} ms"]
    for key, (text, goal) in X_DELAYS.items():
        rows.append(Row(f"{name}: {text}", medians[f"{part} {key}"], goal, alone + HALF_REFRESH_MS))
    return rows


def click_rows(medians: Medians) -> list[Row]:
    """Return the rows of clicks."""
    return [
        Row(
            f"{NAMES[codec]}: click on the built-in Mac → displayed {which}, ms",
            medians[f"click {codec} {which}"],
        )
        for codec in ("h264", "png")
        for which in ("p50", "p95")
    ]


def resting_rows(medians: Medians) -> list[Row]:
    """Return the rows of resting pictures."""
    wake_up = medians["floor wake-up"]
    return [
        Row(f"rests: {name}, % of a core", medians[f"rest {name} percent"], goal, wake_ups * wake_up / 10)
        for name, (goal, wake_ups) in RESTING.items()
    ]


def life_rows(medians: Medians) -> list[Row]:
    """Return the rows of starts, viewers and Macs."""
    sending = sending_ms(medians, medians["viewer megabits"], SOURCE_FPS)
    return [
        Row("command → address printed, s", medians["start printed"], None, medians["floor libraries"]),
        Row("command → emulator's first frame, s", medians["start frame"], None, medians["floor numpy"]),
        Row("command → picture in the page, s", medians["start picture"], 1.5, medians["floor libraries"]),
        Row("a further viewer, % of a core", medians["viewer percent"], 0.3, sending * SOURCE_FPS / 10),
        Row("a further Mac: start, ms", medians["mac start"], 300, medians["floor numpy"] * 1000),
        Row("a further Mac: memory, MB", medians["mac memory"], 60),
    ]


def machine_rows(medians: Medians) -> list[Row]:
    """Return the rows of the floors themselves."""
    texts = {"wake-up": "a wake-up, ms of CPU", "sendto": f"a `sendto` of {PACKET_BYTES} bytes, ms of CPU"}
    texts |= {f"compare {size}": f"reading and comparing two pictures of {size}, ms" for size in SIZES}
    return [Row(f"the machine: {text}", medians[f"floor {name}"]) for name, text in texts.items()]


def all_rows(medians: Medians) -> list[Row]:
    """Return the rows of everything that was measured."""
    rows = machine_rows(medians)
    for size in SIZES:
        for codec in NAMES:
            rows += codec_rows(medians, codec, size)
    rows += [*click_rows(medians), *resting_rows(medians)]
    for codec in X_GOALS:
        rows += x_rows(medians, codec)
    return [row for row in [*rows, *life_rows(medians)] if not math.isnan(row.value)]
