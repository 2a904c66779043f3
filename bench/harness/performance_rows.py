"""The rows of bench/performance.py's table: each with its figure, its goal, and the floor that was measured.

A floor is what the same machine needs at least for it, from figures of the same run: the encoder alone, reading
two pictures, wake-ups, packets.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.floors import PACKET_BYTES, SIZES

SOURCE_FPS: Final = 60.0
HALF_REFRESH_MS: Final = 1000 / 60 / 2
"""What a browser's frame waits on average for the display's next refresh."""
NAMES: Final = {"h264": "H.264", "png": "PNG", "vp9": "VP9", "av1": "AV1"}
RATIOS: Final = {"h264": (1.3, 1.15), "png": (1.4, 1.2)}
"""Goals of the server's CPU beside the encoder's, at each of SIZES."""
AGAINST_FFMPEG: Final = {"h264": 0.8, "vp9": 0.65}
BITS_AGAINST_FFMPEG: Final = {"vp9": 0.7}
X_GOALS: Final = {"h264": 4.2, "png": 3.2}
AV1_FULL_HD_FPS: Final = 50.0
RESTING: Final = {
    "built-in Mac": (1.0, 20),
    "foreign, 60 frames, silent": (3.0, 20),
    "foreign, 60 frames, tone": (4.0, 120),
    "X program, silent": (0.5, 0),
}
"""Goal in percent, and wake-ups a second that nobody can save: looks at frames, requests of sound and packets."""

Figures = Mapping[str, float]


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
            goal = f"{'≥' if self.is_rate else '≤'} {number(self.goal)}"
            reached = self.value >= self.goal if self.is_rate else self.value <= self.goal
            met = "yes" if reached else "**no**"
        return [self.text, number(self.value), goal, met, "" if self.floor is None else number(self.floor)]


HEAD: Final = ["row", "measured", "goal", "met", "floor"]


def number(value: float) -> str:
    """Return a figure with two or three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"


class Medians:
    """The medians over all rounds, and what follows from them."""

    def __init__(self, rounds: list[Figures]) -> None:
        names = {name for each in rounds for name in each}
        self._values: dict[str, list[float]] = {
            name: [each[name] for each in rounds if name in each and not math.isnan(each[name])]
            for name in names
        }

    def __getitem__(self, name: str) -> float:
        values = self._values.get(name)
        return statistics.median(values) if values else math.nan

    def rivals(self) -> list[str]:
        """Return the names of the X programs' parts."""
        return sorted({name.removesuffix(" cpu") for name in self._values if name.endswith(" cpu")})

    def sending_ms(self, megabits: float, fps: float) -> float:
        """Return the ms that the packets of a picture need, at that rate."""
        packets = math.ceil(megabits * 1e6 / 8 / fps / PACKET_BYTES) if fps > 0 else math.nan
        return packets * self["floor sendto"]

    def frame_floor_ms(self, codec: str, size: str, wake_ups: int, sending: float) -> float:
        """Return the ms for one frame: encoder, comparison, wake-ups, packets."""
        fixed = self[f"floor compare {size}"] + wake_ups * self["floor wake-up"]
        return self[f"encoder {codec} {size} ms"] + fixed + sending


def native_rows(medians: Medians, codec: str, size: str) -> list[Row]:
    """Return the rows of one codec and size: the encoder, the server, what arrives, and how late."""
    name, part = f"{NAMES[codec]} {size}", f"native {codec} {size}"
    alone, server, fps = medians[f"encoder {codec} {size} ms"], medians[f"{part} ms"], medians[f"{part} fps"]
    sending = medians.sending_ms(medians[f"{part} megabits"], fps) if not math.isnan(fps) else math.nan
    floor = medians.frame_floor_ms(codec, size, 1, sending)
    goals = RATIOS.get(codec)
    full_hd = size == SIZES[1]
    wanted = (AV1_FULL_HD_FPS if codec == "av1" else 58.0) if full_hd else 59.5
    floor_delay = alone + HALF_REFRESH_MS
    return [
        Row(f"{name}: encoder alone, ms a picture", alone, floor=medians[f"floor compare {size}"]),
        Row(f"{name}: server, ms a frame", server, floor=floor),
        Row(f"{name}: server ÷ encoder", server / alone, goals[full_hd] if goals else None, floor / alone),
        Row(f"{name}: frames delivered a second", fps, wanted, min(SOURCE_FPS, 1000 / alone), is_rate=True),
        Row(f"{name}: Mb/s", medians[f"{part} megabits"]),
        Row(f"{name}: drawn → displayed p50, ms", medians[f"{part} p50"], floor=floor_delay),
        Row(f"{name}: drawn → displayed p95, ms", medians[f"{part} p95"], floor=floor_delay),
        *ffmpeg_rows(medians, codec, size),
    ]


def ffmpeg_rows(medians: Medians, codec: str, size: str) -> list[Row]:
    """Return the rows that compare an encoder with FFmpeg's wrapper of the same library."""
    name, found = f"{NAMES[codec]} {size}", []
    for unit, text, goals in (
        ("ms", "CPU", AGAINST_FFMPEG),
        ("bytes", "bits", BITS_AGAINST_FFMPEG),
    ):
        if codec in goals:
            before, now = (medians[f"encoder {each} {size} {unit}"] for each in (f"{codec}-ffmpeg", codec))
            found.append(Row(f"{name}: encoder alone ÷ through FFmpeg, {text}", now / before, goals[codec]))
    return found


def rival_rows(medians: Medians, part: str) -> list[Row]:
    """Return the rows of Moof's bridge or of a rival; goals are for Moof."""
    name, size = part.removeprefix("x "), SIZES[0]
    codec = next((each for each in X_GOALS if name == f"Moof, bridge, {each}"), None)
    texts = {
        "cpu": "CPU of everything, ms a shown frame",
        "bits": "Mb/s",
        "drawn50": "drawn → displayed p50, ms",
        "drawn95": "drawn → displayed p95, ms",
        "moving50": "key → displayed p50 while dragging, ms",
        "moving95": "key → displayed p95 while dragging, ms",
        "resting50": "key → displayed p50 at rest, ms",
        "resting95": "key → displayed p95 at rest, ms",
    }
    goals, floor = {"drawn50": 17.0, "drawn95": 25.0, "moving50": 23.0, "moving95": 32.0}, None
    if codec:
        goals["cpu"] = X_GOALS[codec]
        sending = medians.sending_ms(medians[f"{part} bits"], medians[f"{part} fps"])
        floor = medians.frame_floor_ms(codec, size, 3, sending)
    rows = [Row(f"X program, {name}: frames shown a second", medians[f"{part} fps"], is_rate=True)]
    for key, text in texts.items():
        goal = goals.get(key) if codec else None
        rows.append(
            Row(f"X program, {name}: {text}", medians[f"{part} {key}"], goal, floor if key == "cpu" else None)
        )
    return [*rows, Row(f"X program, {name}: at rest, % of a core", medians[f"{part} rest"] * 100)]


def click_rows(medians: Medians) -> list[Row]:
    """Return the rows of clicks."""
    return [
        Row(f"{NAMES[codec]}: click → displayed {which}, ms", medians[f"click {codec} {which}"])
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
    sending = medians.sending_ms(medians["viewer megabits"], SOURCE_FPS)
    return [
        Row("command → address printed, s", medians["start printed"], floor=medians["floor libraries"]),
        Row("command → emulator's first frame, s", medians["start frame"]),
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


def all_rows(rounds: list[Figures]) -> list[Row]:
    """Return the rows of everything that was measured."""
    medians = Medians(rounds)
    rows = machine_rows(medians)
    for size in SIZES:
        for codec in NAMES:
            rows += native_rows(medians, codec, size)
    rows += [*click_rows(medians), *resting_rows(medians)]
    for part in medians.rivals():
        rows += rival_rows(medians, part)
    rows += life_rows(medians)
    return [row for row in rows if not math.isnan(row.value)]
