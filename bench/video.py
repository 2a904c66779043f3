"""Video: CPU, bandwidth, latency and quality per codec and size, beside reference figures.

`python bench/video.py` measures each case in three real processes (a 60 fps source over IPC v4, the server, a
headless Chromium) and prints one Markdown table. Measure when nothing else runs; trust ratios, not absolutes.
"""

from __future__ import annotations

import argparse
import math
import signal
import sys
import time
from dataclasses import dataclass

import numpy as np

from harness.process_resources import cpu_seconds, peak_memory_mb
from harness.tables import quantile, table
from harness.testbed import Testbed, open_testbed, source_command
from moof.ipc import Segment
from support.mac_page import shown_pixels

# The existing C++ server on this kind of machine: CPU ms per frame, Mb/s, drawn → displayed p50/p95 in ms.
REFERENCE = {
    ("h264", "1024x768"): ("2.9-3.1", "2.9", "52/79"),
    ("png", "1024x768"): ("2.7-2.9", "37", "34/136 (13 of 60)"),
    ("vp9", "1024x768"): ("8.0-8.8", "2.6", "68/138"),
    ("av1", "1024x768"): ("38-45 (36-44 fps)", "0.4", "716/1961"),
    ("webp", "1024x768"): ("17", "9", "62/104 (28 of 60)"),
    ("h264", "1920x1080"): ("5.9-6.1", "8-11", "-"),
    ("vp9", "1920x1080"): ("18", "6.6", "-"),
    ("av1", "1920x1080"): ("125-167 (10-14 fps)", "4", "-"),
    ("webp", "1920x1080"): ("44-49", "9", "-"),
    ("png", "1920x1080"): ("6.1", "97", "-"),
}
REFERENCE_STATIC = ("14-16 % of a core", "1600")
SOON_SECONDS = 0.5
REST_SECONDS = 3.0
_STALE = "1.5-18 % of pixels stale"
REFERENCE_REST = {"h264": "36.2 dB", "vp9": "46.5 dB", "av1": "46.0 dB", "png": _STALE, "webp": _STALE}


@dataclass
class Case:
    """Cost and quality of one codec at one size."""

    codec: str
    size: str
    frames_per_second: float
    shown_per_second: float
    """A compositor that displays sixty a second drops one when two arrive within one of its frames."""
    cpu_ms_per_frame: float
    megabits: float
    latency_p50: float
    latency_p95: float
    soon: str
    """Quality of the picture half a second after the motion ended, and three seconds later."""
    rest: str
    static_cpu_percent: float
    static_kilobits: float
    memory_mb: float


@dataclass
class Received:
    """What the page has received so far: displayed pictures, pictures decoded from RTP, bytes."""

    shown: float
    decoded: float
    bytes: float


def received(bed: Testbed) -> Received:
    """Read the page's counters."""
    found = bed.page.evaluate(
        """async () => {
            const stats = await window.moof.stats();
            let [bytes, decoded] = [stats.tileBytes, 0];
            for (const report of (await window.moof.pc.getStats()).values()) {
                if (report.type === "transport") bytes += report.bytesReceived;
                if (report.type === "inbound-rtp" && report.kind === "video") decoded = report.framesDecoded;
            }
            return [stats.frames, decoded, bytes];
        }"""
    )
    shown, decoded, size = map(float, found)
    return Received(shown, decoded, size)


def rest_quality(bed: Testbed, codec: str, width: int, height: int) -> str:
    """Return the displayed picture's PSNR against the source's, or its wrong pixels for lossless codecs."""
    with Segment.open(bed.source.pid) as segment:
        slot = segment.read("ready_index")
        wanted = segment.pixels(slot)[:height, :width, 2::-1].astype(np.int16)
        got = shown_pixels(bed.page, width, height).astype(np.int16)
        difference = wanted - got
    if codec in ("png", "webp"):
        wrong = int(np.any(difference != 0, axis=2).sum())
        return f"{wrong} wrong pixels"
    error = float(np.mean(difference.astype(np.float64) ** 2))
    return "∞ dB" if error == 0 else f"{10 * math.log10(255**2 / error):.1f} dB"


def measure(codec: str, size: str, seconds: float) -> Case:
    """Measure one case: motion, then rest."""
    width, height = map(int, size.split("x"))
    with open_testbed(source_command("drag", "--size", size, "--motion", "drag"), codec) as bed:
        bed.wait_for_picture()
        time.sleep(3)
        bed.watch_time_bar()
        bed.page.evaluate("() => { window.barLatencies.length = 0; }")
        before = received(bed)
        cpu, started = cpu_seconds(bed.server.pid), time.monotonic()
        time.sleep(seconds)
        cpu_used, elapsed = cpu_seconds(bed.server.pid) - cpu, time.monotonic() - started
        after = received(bed)
        latencies = bed.page.evaluate("() => window.barLatencies")
        shown = max(1.0, after.shown - before.shown)
        delivered = shown if codec in ("png", "webp") else max(1.0, after.decoded - before.decoded)

        bed.source.popen.send_signal(signal.SIGUSR1)
        time.sleep(SOON_SECONDS)
        soon = rest_quality(bed, codec, width, height)
        time.sleep(3)
        rest = rest_quality(bed, codec, width, height)
        resting = received(bed)
        cpu, rest_started = cpu_seconds(bed.server.pid), time.monotonic()
        time.sleep(seconds / 2)
        rest_elapsed = time.monotonic() - rest_started
        static_cpu = (cpu_seconds(bed.server.pid) - cpu) / rest_elapsed
        static_bits = (received(bed).bytes - resting.bytes) * 8 / rest_elapsed
        return Case(
            codec=codec,
            size=size,
            frames_per_second=delivered / elapsed,
            shown_per_second=shown / elapsed,
            cpu_ms_per_frame=cpu_used / delivered * 1000,
            megabits=(after.bytes - before.bytes) * 8 / elapsed / 1e6,
            latency_p50=quantile(latencies, 0.5),
            latency_p95=quantile(latencies, 0.95),
            soon=soon,
            rest=rest,
            static_cpu_percent=static_cpu * 100,
            static_kilobits=static_bits / 1000,
            memory_mb=peak_memory_mb(bed.server.pid),
        )


def row(case: Case) -> list[str]:
    """Return a line of the table: the measured figure, then the reference in brackets."""
    cpu, megabits, latency = REFERENCE.get((case.codec, case.size), ("-", "-", "-"))
    return [
        case.codec,
        case.size,
        f"{case.frames_per_second:.1f} ({case.shown_per_second:.1f})",
        f"{case.cpu_ms_per_frame:.1f} [{cpu}]",
        f"{case.megabits:.1f} [{megabits}]",
        f"{case.latency_p50:.0f}/{case.latency_p95:.0f} [{latency}]",
        f"{case.soon}, {case.rest} [{REFERENCE_REST.get(case.codec, '-')}]",
        f"{case.static_cpu_percent:.1f} % [{REFERENCE_STATIC[0]}]",
        f"{case.static_kilobits:.0f} [{REFERENCE_STATIC[1]}]",
        f"{case.memory_mb:.0f}",
    ]


HEAD = [
    "codec",
    "size",
    "fps (shown)",
    "CPU ms/frame",
    "Mb/s",
    "drawn → displayed p50/p95 ms",
    "at rest after .5 s, 3.5 s",
]
HEAD += ["static CPU", "static kb/s", "peak MB"]


def main() -> None:
    """Measure the codecs and sizes that the options name."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--codecs", default="h264,h264-444,av1,vp9,vp9-444,png,webp")
    arguments.add_argument("--sizes", default="1024x768,1920x1080")
    arguments.add_argument("--seconds", type=float, default=10.0)
    options = arguments.parse_args()
    rows = []
    for size in options.sizes.split(","):
        for codec in options.codecs.split(","):
            print(f"measuring {codec} at {size} …", file=sys.stderr)
            rows.append(row(measure(codec, size, options.seconds)))
    print("Drag over dither, 60 fps source; [the existing C++ server, measured on this kind of machine]\n")
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
