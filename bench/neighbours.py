"""What one hostile or slow viewer does to the others: their latency while it behaves and while it does not.

`python bench/neighbours.py` lets a page look at the Mac and move its mouse beside a viewer that stops
reading, floods input, nags, or asks for key frames endlessly (badviewer.py). Stretches with and without
alternate, so that the machine's own moods cancel.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time

from playwright.sync_api import Page

from household import household
from soak import latency
from stage import HERE, quantile, table

KINDS = ("floods", "asks", "nags", "stalls")


class Neighbour:
    """The other viewer, as a process."""

    def __init__(self, url: str, kind: str) -> None:
        self._kind = kind
        command = [sys.executable, str(HERE / "badviewer.py"), url, kind]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise SystemExit("the other viewer could not connect")

    def say(self, word: str) -> None:
        """Tell it to "begin" or to "end"."""
        if word == "end" and self._kind == "stalls":
            self._process.send_signal(signal.SIGCONT)
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def latencies(page: Page, seconds: float) -> list[float]:
    """Move the mouse for so long; the latency of each ping in ms."""
    found, started, last = [], time.monotonic(), 0.0
    while time.monotonic() - started < seconds:
        passed = time.monotonic() - started
        page.mouse.move(250 + 100 * (passed % 1), 250 + 80 * (passed % 0.7))
        page.wait_for_timeout(10)
        if (now := latency(page)) != last:
            found.append(now)
            last = now
    return found


def measure(kind: str, rounds: int, seconds: float) -> list[str]:
    """One kind's row."""
    calm: list[float] = []
    hostile: list[float] = []
    with household() as home:
        page = home.page()
        neighbour = Neighbour(home.url, kind)
        latencies(page, 3)
        for _ in range(rounds):
            calm += latencies(page, seconds)
            neighbour.say("begin")
            hostile += latencies(page, seconds)
            neighbour.say("end")
        asked = max(each["video"]["key_requests"] for each in home.get()["viewers"] if each["video"])
        neighbour.end()
    p95 = quantile(calm, 0.95), quantile(hostile, 0.95)
    return [
        kind,
        f"{quantile(calm, 0.5):.0f} / {p95[0]:.0f}",
        f"{quantile(hostile, 0.5):.0f} / {p95[1]:.0f}",
        f"{100 * (p95[1] / p95[0] - 1):+.0f} %",
        f"{len(calm)}, {len(hostile)}",
        str(asked),
    ]


def main() -> None:
    """Measure each kind and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default=",".join(KINDS), help="some of " + ", ".join(KINDS))
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each stretch")
    options = parser.parse_args()
    rows = []
    for kind in options.kinds.split(","):
        rows.append(measure(kind, options.rounds, options.seconds))
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    head = [
        "the other viewer",
        "it behaves: p50 / p95 ms",
        "it does not",
        "p95",
        "pings",
        "key frames asked for",
    ]
    print(table(head, rows))


if __name__ == "__main__":
    main()
