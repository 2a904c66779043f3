"""The tables of bench/performance.py without goals: each codec and size, each way to show an X program."""

from __future__ import annotations

import math
from typing import Final

from harness.floors import SIZES
from harness.medians import Medians, number, pair

NAMES: Final = {"h264": "H.264", "png": "PNG", "vp9": "VP9", "av1": "AV1"}
DISPLAYED: Final = "drawn → displayed p50/p95 ms"
CODEC_HEAD: Final = [
    "codec",
    "size",
    "encoder alone, ms",
    "server, ms a frame",
    "fps",
    "Mb/s",
    DISPLAYED,
    "3.5 s after motion, dB",
]
X_HEAD: Final = [
    "X program 1024x768, 59.31 fps",
    "fps shown",
    "CPU of everything, ms a shown frame",
    "Mb/s",
    DISPLAYED,
    "key → displayed, dragging",
    "at rest",
    "CPU at rest, % of a core",
    "picture at rest, dB",
]


def codec_lines(medians: Medians) -> list[list[str]]:
    """Return a line for each codec and size that the server was measured with."""
    found = []
    for size in SIZES:
        for codec, name in NAMES.items():
            part = f"native {codec} {size}"
            if math.isnan(medians[f"{part} ms"]):
                continue
            alone = medians[f"encoder {codec} {size} ms"]
            figures = (alone, *(medians[f"{part} {each}"] for each in ("ms", "fps", "megabits")))
            delay = pair(medians[f"{part} p50"], medians[f"{part} p95"])
            rest = number(medians[f"{part} decibels"])
            found.append([name, size, *map(number, figures), delay, rest])
    return found


def x_lines(medians: Medians) -> list[list[str]]:
    """Return a line for each way to show the X program."""
    found = []
    for rival in medians.having("x ", " cpu"):
        figures = [number(medians[f"x {rival} {name}"]) for name in ("fps", "cpu", "bits")]
        pairs = [
            pair(medians[f"x {rival} {name}50"], medians[f"x {rival} {name}95"])
            for name in ("drawn", "moving", "resting")
        ]
        rest = number(medians[f"x {rival} rest"] * 100)
        found.append([rival, *figures, *pairs, rest, number(medians[f"x {rival} decibels"])])
    return found
