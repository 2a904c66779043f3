"""What one hostile or slow viewer does to the others: their latency while it behaves and while it does not.

`python bench/neighbours.py` lets a page display a window being dragged, beside a viewer that stops reading,
floods input or RTCP, or reconnects endlessly (harness/misbehaving_client.py). Intervals with and without
misbehaviour alternate, so that other changes of the machine's load affect both.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field

from harness.client_process import ClientProcess
from harness.process_resources import cpu_seconds
from harness.tables import quantile, table
from harness.testbed import Testbed, open_testbed, source_command

KINDS = ("computes", "floods", "asks", "rains", "fetches", "nags", "returns", "stalls")
WARM_UP_SECONDS = 3.0
HEAD = [
    "the other viewer",
    "it behaves: p50 / p95 ms, fps, server CPU",
    "it does not",
    "p95",
    "key frames requested",
    "reconnected",
]


@dataclass
class PageMeasurement:
    """Latencies in ms of the pictures that a page displayed in some intervals, and the server's CPU time."""

    seconds: float = 0.0
    server_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def measure(self, bed: Testbed, seconds: float) -> None:
        """Add an interval of so long."""
        bed.page.evaluate("() => { window.barLatencies.length = 0; }")
        cpu = cpu_seconds(bed.server.pid)
        bed.page.wait_for_timeout(seconds * 1000)
        self.server_cpu += cpu_seconds(bed.server.pid) - cpu
        self.seconds += seconds
        self.latencies += bed.page.evaluate("() => window.barLatencies")

    @property
    def p95(self) -> float:
        """The 95th percentile of the latencies."""
        return quantile(self.latencies, 0.95)

    def __str__(self) -> str:
        fps, cpu = len(self.latencies) / self.seconds, 100 * self.server_cpu / self.seconds
        return f"{quantile(self.latencies, 0.5):.1f} / {self.p95:.1f}, {fps:.0f}, {cpu:.0f} %"


def measure(kind: str, rounds: int, seconds: float) -> list[str]:
    """Measure one kind and return its line of the table."""
    calm, hostile = PageMeasurement(), PageMeasurement()
    with open_testbed(source_command("drag", "--size", "1024x768"), "h264") as bed:
        bed.wait_for_picture()
        bed.watch_time_bar()
        other = ClientProcess(bed.url, kind)
        PageMeasurement().measure(bed, WARM_UP_SECONDS)
        for _ in range(rounds):
            calm.measure(bed, seconds)
            other.begin()
            hostile.measure(bed, seconds)
            other.end()
        viewers = bed.status()["viewers"]
        requested = max(each["video"]["key_requests"] for each in viewers if each["video"])
        reconnected = other.stop()
    changed = f"{100 * (hostile.p95 / calm.p95 - 1):+.0f} %"
    return [kind, str(calm), str(hostile), changed, str(requested), str(reconnected)]


def main() -> None:
    """Measure each kind and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default=",".join(KINDS), help="some of " + ", ".join(KINDS))
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each interval")
    options = parser.parse_args()
    rows = []
    for kind in options.kinds.split(","):
        rows.append(measure(kind, options.rounds, options.seconds))
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
