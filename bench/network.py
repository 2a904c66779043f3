"""Bad networks: what loss, delay, a narrow link and silence do to the picture, and how soon it is back.

`python bench/network.py` leads a headless Chromium's connection through a UDP relay (relay.py) and prints two
Markdown tables. Frozen time is Chromium's own `totalFreezesDuration`: pictures that stayed for 150 ms longer
than usual, and three times as long. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from link import Conditions
from relay import Relay, relay, through
from stage import HERE, Stage, quantile, stage, table

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

_ILLEGIBLE_MS = 60_000  # a coarse picture's bar may spell any time

COUNTERS = """async () => {
    const report = { now: performance.now() };
    for (const each of (await window.moof.pc.getStats()).values()) {
        if (each.type === "transport") report.bytes = each.bytesReceived;
        if (each.type !== "inbound-rtp" || each.kind !== "video") continue;
        report.frames = each.framesDecoded;
        report.frozen = each.totalFreezesDuration;
        report.freezes = each.freezeCount;
        report.nacks = each.nackCount;
        report.repaired = each.retransmittedPacketsReceived ?? 0;
        report.plis = each.pliCount;
    }
    return report;
}"""


@dataclass
class Window:
    """What the page saw in a stretch of time."""

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
        """Median and 95 % of bar → displayed in ms."""
        return f"{quantile(self.latencies, 0.5):.0f}/{quantile(self.latencies, 0.95):.0f}"


@contextmanager
def running(size: str, codec: str) -> Iterator[tuple[Stage, Relay]]:
    """A page that watches the drag through a relay, warmed up."""
    command = [sys.executable, str(HERE / "drag_source.py"), "--size", size]
    with relay(WIDE) as link, stage(command, codec, lambda page: through(page, link)) as on_stage:
        on_stage.wait_for_picture()
        on_stage.page.evaluate((HERE / "watch_bar.js").read_text())
        yield on_stage, link


def watch(on_stage: Stage, seconds: float) -> Window:
    """Look at the page for so long."""
    page = on_stage.page
    before = page.evaluate(COUNTERS)
    first = page.evaluate("() => window.barTimes.length")
    page.wait_for_timeout(seconds * 1000)
    after = page.evaluate(COUNTERS)
    times, latencies = page.evaluate(f"() => [barTimes.slice({first}), barLatencies.slice({first})]")
    elapsed = (after["now"] - before["now"]) / 1000
    moments = [before["now"], *times, after["now"]]
    return Window(
        seconds=elapsed,
        fps=len(times) / elapsed,
        frozen_percent=(after["frozen"] - before["frozen"]) / elapsed * 100,
        longest_gap_ms=max(later - earlier for earlier, later in itertools.pairwise(moments)),
        megabits=(after["bytes"] - before["bytes"]) * 8 / elapsed / 1e6,
        latencies=[ms for ms in latencies if ms < _ILLEGIBLE_MS],
        nacks=after["nacks"] - before["nacks"],
        repaired=after["repaired"] - before["repaired"],
        plis=after["plis"] - before["plis"],
    )


def row(name: str, window: Window) -> list[str]:
    """One line of the first table."""
    return [
        name,
        f"{window.fps:.1f}",
        f"{window.frozen_percent:.1f} %",
        f"{window.longest_gap_ms:.0f}",
        window.latency,
        f"{window.megabits:.1f}",
        f"{window.nacks} / {window.repaired} / {window.plis}",
    ]


HEAD = ["network", "fps", "frozen", "longest gap ms", "bar → displayed p50/p95 ms", "Mb/s"]
HEAD += ["NACK / repaired / PLI"]


def steady(size: str, codec: str, seconds: float) -> list[list[str]]:
    """Each condition for so long, in one connection after the other."""
    rows = []
    for name, conditions in STEADY.items():
        print(f"measuring {name} …", file=sys.stderr)
        with running(size, codec) as (on_stage, link):
            on_stage.page.wait_for_timeout(4000)
            link.set(conditions)
            rows.append(row(name, watch(on_stage, seconds)))
    return rows


def narrow(size: str, codec: str) -> list[list[str]]:
    """20 → 1 → 20 Mb/s, second by second at the turns."""
    print("measuring 20 → 1 → 20 Mb/s …", file=sys.stderr)
    with running(size, codec) as (on_stage, link):
        on_stage.page.wait_for_timeout(8000)
        rows = [row("20 Mb/s", watch(on_stage, 4))]
        link.set(NARROW)
        rows += [row(f"1 Mb/s, second {second}", watch(on_stage, 1)) for second in range(1, 4)]
        rows.append(row("1 Mb/s, seconds 4 to 12", watch(on_stage, 8)))
        link.set(WIDE)
        rows += [row(f"20 Mb/s again, second {second}", watch(on_stage, 1)) for second in range(1, 8)]
    return rows


def silence(size: str, codec: str) -> list[list[str]]:
    """Two seconds of nothing, and after."""
    print("measuring 2 s of nothing …", file=sys.stderr)
    with running(size, codec) as (on_stage, link):
        on_stage.page.wait_for_timeout(6000)
        rows = [row("before", watch(on_stage, 2))]
        link.set(SILENT)
        on_stage.page.wait_for_timeout(2000)
        link.set(WIDE)
        ended = on_stage.page.evaluate("() => performance.now()")
        rows += [row(f"after 2 s of nothing, second {second}", watch(on_stage, 1)) for second in range(1, 5)]
        first = on_stage.page.evaluate(f"() => barTimes.find((time) => time > {ended}) - {ended}")
        print(f"After two seconds of nothing the next picture is shown after {first:.0f} ms.\n")
    return rows


def main() -> None:
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
    for name, measure in parts.items():
        if options.only in (None, name):
            print(table(HEAD, measure()) + "\n")


if __name__ == "__main__":
    main()
