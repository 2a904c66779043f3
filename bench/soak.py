"""A Moof left running: viewers connect and leave, and its resources and latency must not grow.

`python bench/soak.py --minutes 60` prints a line a minute: memory, descriptors and threads of the server,
memory of the emulator, and the latency of a viewer that stays. The exit status is 1 if the second half needs
more than the first.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from dataclasses import dataclass

from playwright.sync_api import Page

from harness.process_resources import ProcessResources
from harness.server_process import ServerProcess, server_process, wait_until
from harness.tables import table
from support.mac_page import shown_frames

_MAX_GUESTS = 3
_MARGIN_MB = 8.0
"""Memory that the second half may need in addition: allocators keep some."""
_POOL_THREADS = 8
"""Threads of asyncio's and AnyIO's pools, which start and end on demand."""
_LATENCY_MARGIN = 1.25
"""Factor by which the latency of the second half may exceed that of the first."""


@dataclass(frozen=True)
class Sample:
    """An interval of time; latencies in ms, of the page's own pings in its last minute."""

    minute: float
    server: ProcessResources
    emulator: ProcessResources
    viewers: int
    p50: float
    p95: float
    fps: float

    def row(self) -> list[str]:
        """Return a line of the table."""
        return [
            f"{self.minute:.1f}",
            f"{self.server.megabytes:.1f}",
            str(self.server.descriptors),
            str(self.server.threads),
            f"{self.emulator.megabytes:.1f}",
            str(self.viewers),
            f"{self.fps:.0f}",
            f"{self.p50:.0f}",
            f"{self.p95:.0f}",
        ]


HEAD = ["minute", "server MB", "descriptors", "threads", "Mac MB", "viewers", "fps", "p50 ms", "p95"]


def measure(server: ServerProcess, page: Page, seconds: float, minute: float) -> Sample:
    """Move the mouse for a while, and read the page's own latency panel."""
    shown, started = shown_frames(page), time.monotonic()
    while time.monotonic() - started < seconds:
        page.mouse.move(200 + random.random() * 300, 200 + random.random() * 200)
        page.wait_for_timeout(15)
    fps = (shown_frames(page) - shown) / (time.monotonic() - started)
    p50, p95 = page.evaluate(
        """async () => {
            const { latency, latency95 } = await window.moof.stats();
            return [latency?.total ?? 0, latency95?.total ?? 0];
        }"""
    )
    return Sample(minute, server.resources, ProcessResources.of(server.mac), server.viewers, p50, p95, fps)


def soak(server: ServerProcess, minutes: float, stretch: float) -> list[Sample]:
    """Measure one viewer that stays, while others connect and leave between the intervals."""
    page = server.open_page()
    guests: list[Page] = []
    samples: list[Sample] = []
    started = time.monotonic()
    while (passed := time.monotonic() - started) < minutes * 60:
        if len(guests) >= _MAX_GUESTS or (guests and random.random() < 0.4):
            guests.pop(random.randrange(len(guests))).close()
        else:
            guests.append(server.open_page())
        samples.append(measure(server, page, stretch, passed / 60))
        print(" | ".join(samples[-1].row()), file=sys.stderr, flush=True)
    for guest in guests:
        guest.close()
    wait_until(lambda: server.viewers == 1, "the guests to leave", 60)
    # With the first viewer alone, as at the start.
    samples.append(measure(server, page, stretch, (time.monotonic() - started) / 60))
    return samples


def growth(samples: list[Sample]) -> list[str]:
    """Return what has grown from the first half to the second; viewers connect and leave in both."""
    if len(samples) < 4:
        return []
    middle = len(samples) // 2
    # The first two intervals fill caches.
    first, second = samples[min(2, middle - 1) : middle], samples[middle:]
    findings = []
    for name, margin, pick in (
        ("descriptors", 0, min),
        ("threads", _POOL_THREADS, max),
        ("megabytes", _MARGIN_MB, min),
    ):
        before, after = (pick(getattr(each.server, name) for each in half) for half in (first, second))
        if after > before + margin:
            findings.append(f"{name} of the server grew from {before:.0f} to {after:.0f}")
    early, late = (statistics.median(each.p95 for each in half) for half in (first, second))
    if late > early * _LATENCY_MARGIN:
        findings.append(f"the latency's p95 grew from {early:.0f} to {late:.0f} ms")
    return findings


def main() -> None:
    """Run, print the table and what has grown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--stretch", type=float, default=60, help="seconds of each interval")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with server_process() as server:
        samples = soak(server, options.minutes, options.stretch)
    print(table(HEAD, [each.row() for each in samples]))
    findings = growth(samples)
    print("\n".join(findings) or "Flat: the second half needs no more than the first.")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
