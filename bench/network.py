"""Bad networks: what loss, delay, a narrow link and an interruption do to the picture, and how it recovers.

`python bench/network.py` leads a headless Chromium's connection through a UDP relay (support/udp_relay.py)
and prints Markdown tables. Frozen time is Chromium's own `totalFreezesDuration`: pictures that stayed for 150
ms longer than usual, and three times as long. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.tables import quantile, table
from harness.testbed import Testbed, open_testbed, source_command
from support.link_model import Conditions
from support.udp_relay import UdpRelay, route_through, udp_relay

ROUND_TRIP = 0.030
STEADY = {
    "no loss": Conditions(delay=ROUND_TRIP / 2),
    "0.1 % loss": Conditions(delay=ROUND_TRIP / 2, loss=0.001),
    "1 % loss": Conditions(delay=ROUND_TRIP / 2, loss=0.01),
    "5 % loss": Conditions(delay=ROUND_TRIP / 2, loss=0.05),
    "1 % out of order": Conditions(delay=ROUND_TRIP / 2, reorder=0.01),
    "100 ms round trip": Conditions(delay=0.050),
}
WIDE = Conditions(delay=ROUND_TRIP / 2, rate=20e6)
NARROW = Conditions(delay=ROUND_TRIP / 2, rate=1e6)
SILENT = Conditions(delay=ROUND_TRIP / 2, silent=True)

_IMPLAUSIBLE_MS = 60_000  # the bar of a coarse picture may decode to any time


@dataclass
class Interval:
    """What the page displayed and counted in an interval of time."""

    seconds: float
    fps: float
    frozen_percent: float
    longest_gap_ms: float
    megabits: float
    latencies: list[float]
    nacks: int
    repaired: int
    plis: int

    @property
    def latency(self) -> str:
        """Median and 95th percentile of drawn → displayed, in ms."""
        return f"{quantile(self.latencies, 0.5):.0f}/{quantile(self.latencies, 0.95):.0f}"


@contextmanager
def relayed_testbed(size: str, codec: str) -> Iterator[tuple[Testbed, UdpRelay]]:
    """Start a page that displays the drag through a relay, and wait for its picture."""
    source = source_command("drag", "--size", size)
    with (
        udp_relay(WIDE) as relay,
        open_testbed(source, codec, lambda page: route_through(page, relay)) as bed,
    ):
        bed.wait_for_picture()
        bed.watch_time_bar()
        yield bed, relay


def measure(bed: Testbed, seconds: float) -> Interval:
    """Measure for so long."""
    page = bed.page
    before = bed.inject("video_counters.js")
    first = page.evaluate("() => window.barTimes.length")
    page.wait_for_timeout(seconds * 1000)
    after = bed.inject("video_counters.js")
    times, latencies = page.evaluate(f"() => [barTimes.slice({first}), barLatencies.slice({first})]")
    elapsed = (after["now"] - before["now"]) / 1000
    moments = [before["now"], *times, after["now"]]
    return Interval(
        seconds=elapsed,
        fps=len(times) / elapsed,
        frozen_percent=(after["frozen"] - before["frozen"]) / elapsed * 100,
        longest_gap_ms=max(later - earlier for earlier, later in itertools.pairwise(moments)),
        megabits=(after["bytes"] - before["bytes"]) * 8 / elapsed / 1e6,
        latencies=[ms for ms in latencies if ms < _IMPLAUSIBLE_MS],
        nacks=after["nacks"] - before["nacks"],
        repaired=after["repaired"] - before["repaired"],
        plis=after["plis"] - before["plis"],
    )


def row(name: str, interval: Interval) -> list[str]:
    """Return a line of a table."""
    return [
        name,
        f"{interval.fps:.1f}",
        f"{interval.frozen_percent:.1f} %",
        f"{interval.longest_gap_ms:.0f}",
        interval.latency,
        f"{interval.megabits:.1f}",
        f"{interval.nacks} / {interval.repaired} / {interval.plis}",
    ]


HEAD = ["network", "fps", "frozen", "longest gap ms", "drawn → displayed p50/p95 ms", "Mb/s"]
HEAD += ["NACK / repaired / PLI"]


def steady(size: str, codec: str, seconds: float) -> list[list[str]]:
    """Measure each condition for so long, each in a new connection."""
    rows = []
    for name, conditions in STEADY.items():
        print(f"measuring {name} …", file=sys.stderr)
        with relayed_testbed(size, codec) as (bed, relay):
            bed.page.wait_for_timeout(4000)
            relay.set(conditions)
            rows.append(row(name, measure(bed, seconds)))
    return rows


def narrow(size: str, codec: str) -> list[list[str]]:
    """Measure 20 → 1 → 20 Mb/s, second by second after each change."""
    print("measuring 20 → 1 → 20 Mb/s …", file=sys.stderr)
    with relayed_testbed(size, codec) as (bed, relay):
        bed.page.wait_for_timeout(8000)
        rows = [row("20 Mb/s", measure(bed, 4))]
        relay.set(NARROW)
        rows += [row(f"1 Mb/s, second {second}", measure(bed, 1)) for second in range(1, 4)]
        rows.append(row("1 Mb/s, seconds 4 to 12", measure(bed, 8)))
        relay.set(WIDE)
        rows += [row(f"20 Mb/s again, second {second}", measure(bed, 1)) for second in range(1, 8)]
    return rows


def silence(size: str, codec: str) -> list[list[str]]:
    """Measure an interruption of two seconds, and the recovery."""
    print("measuring 2 s of silence …", file=sys.stderr)
    with relayed_testbed(size, codec) as (bed, relay):
        bed.page.wait_for_timeout(6000)
        rows = [row("before", measure(bed, 2))]
        relay.set(SILENT)
        bed.page.wait_for_timeout(2000)
        relay.set(WIDE)
        ended = bed.page.evaluate("() => performance.now()")
        rows += [row(f"after 2 s of silence, second {second}", measure(bed, 1)) for second in range(1, 5)]
        first = bed.page.evaluate(f"() => barTimes.find((time) => time > {ended}) - {ended}")
        print(f"After an interruption of two seconds the next picture is displayed after {first:.0f} ms.\n")
    return rows


def main() -> None:
    """Measure the parts that the options name."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--codec", default="h264")
    arguments.add_argument("--seconds", type=float, default=20.0)
    arguments.add_argument("--only", choices=["steady", "narrow", "silence"])
    options = arguments.parse_args()
    print(f"Drag over dither at {options.size}, {options.codec}, 60 fps source, 30 ms round trip\n")
    parts: dict[str, Callable[[], list[list[str]]]] = {
        "steady": lambda: steady(options.size, options.codec, options.seconds),
        "narrow": lambda: narrow(options.size, options.codec),
        "silence": lambda: silence(options.size, options.codec),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            print(table(HEAD, part()) + "\n")


if __name__ == "__main__":
    main()
