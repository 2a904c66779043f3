"""A Moof left running: viewers come and go, and what it holds and how late it is must stay flat.

`python bench/soak.py --minutes 60` prints a line a minute: memory, descriptors and threads of the server,
memory of the emulator, and the latency that a lasting viewer sees. The exit status is 1 if the second half
needs more than the first.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from dataclasses import dataclass

from playwright.sync_api import Page

from household import Holdings, Household, frames, household, until
from stage import table

_MOST_GUESTS = 3
_ROOM_MB = 8.0
"""What the second half may need more than the first: allocators keep a little."""
_POOLS = 8
"""Threads of asyncio's and AnyIO's pools, which come and go."""
_LATER = 1.25
"""How much later than in the first half the pictures of the second may be."""


@dataclass(frozen=True)
class Sample:
    """One stretch of time; latencies in ms, of the page's own pings in its last minute."""

    minute: float
    server: Holdings
    emulator: Holdings
    viewers: int
    p50: float
    p95: float
    fps: float

    def row(self) -> list[str]:
        """As a line of the table."""
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


def watch(home: Household, page: Page, seconds: float, minute: float) -> Sample:
    """Move the mouse for a while, and look at the page's own latency panel."""
    shown, started = frames(page), time.monotonic()
    while time.monotonic() - started < seconds:
        page.mouse.move(200 + random.random() * 300, 200 + random.random() * 200)
        page.wait_for_timeout(15)
    fps = (frames(page) - shown) / (time.monotonic() - started)
    p50, p95 = page.evaluate(
        """async () => {
            const { latency, latency95 } = await window.moof.stats();
            return [latency?.total ?? 0, latency95?.total ?? 0];
        }"""
    )
    return Sample(minute, home.holdings, Holdings.of(home.mac), home.viewers, p50, p95, fps)


def soak(home: Household, minutes: float, stretch: float) -> list[Sample]:
    """One viewer stays; others come and go between the stretches."""
    page = home.page()
    guests: list[Page] = []
    samples: list[Sample] = []
    started = time.monotonic()
    while (passed := time.monotonic() - started) < minutes * 60:
        if len(guests) >= _MOST_GUESTS or (guests and random.random() < 0.4):
            guests.pop(random.randrange(len(guests))).close()
        else:
            guests.append(home.page())
        samples.append(watch(home, page, stretch, passed / 60))
        print(" | ".join(samples[-1].row()), file=sys.stderr, flush=True)
    for guest in guests:
        guest.close()
    until(lambda: home.viewers == 1, "the guests to be gone", 60)
    # What is left when only the first viewer is there, as at the beginning.
    samples.append(watch(home, page, stretch, (time.monotonic() - started) / 60))
    return samples


def growth(samples: list[Sample]) -> list[str]:
    """What the second half holds more than the first; viewers come and go in both."""
    if len(samples) < 4:
        return []
    middle = len(samples) // 2
    # The first two stretches fill caches.
    first, second = samples[min(2, middle - 1) : middle], samples[middle:]
    complaints = []
    for name, room, pick in (("descriptors", 0, min), ("threads", _POOLS, max), ("megabytes", _ROOM_MB, min)):
        before, after = (pick(getattr(each.server, name) for each in half) for half in (first, second))
        if after > before + room:
            complaints.append(f"{name} of the server grew from {before:.0f} to {after:.0f}")
    early, late = (statistics.median(each.p95 for each in half) for half in (first, second))
    if late > early * _LATER:
        complaints.append(f"the latency's p95 grew from {early:.0f} to {late:.0f} ms")
    return complaints


def main() -> None:
    """Soak, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--stretch", type=float, default=60, help="seconds between two changes of guests")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with household() as home:
        samples = soak(home, options.minutes, options.stretch)
    print(table(HEAD, [each.row() for each in samples]))
    complaints = growth(samples)
    print("\n".join(complaints) or "Flat: the second half needs no more than the first.")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
