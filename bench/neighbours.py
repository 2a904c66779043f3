"""What one hostile or slow viewer does to the others: their latency while it behaves and while it does not.

`python bench/neighbours.py` lets a page look at a window being dragged, beside a viewer that stops
reading, floods input or RTCP, nags, or comes and goes endlessly (badviewer.py). Stretches with and without
alternate, so that the machine's own moods cancel.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from dataclasses import dataclass, field

from stage import HERE, Stage, cpu_seconds, quantile, stage, table

KINDS = ("computes", "floods", "asks", "rains", "fetches", "nags", "returns", "stalls")


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

    def end(self) -> int:
        """End it; how often it came back after it was shown out."""
        self._process.kill()
        return len(self._process.communicate()[0].splitlines())


@dataclass
class Seen:
    """What a page saw in some stretches: ms from drawn to displayed, of each picture; and what they cost."""

    seconds: float = 0.0
    server_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def look(self, on_stage: Stage, seconds: float) -> None:
        """Look on for so long."""
        on_stage.page.evaluate("() => { window.barLatencies.length = 0; }")
        cpu = cpu_seconds(on_stage.server.pid)
        on_stage.page.wait_for_timeout(seconds * 1000)
        self.server_cpu += cpu_seconds(on_stage.server.pid) - cpu
        self.seconds += seconds
        self.latencies += on_stage.page.evaluate("() => window.barLatencies")

    @property
    def p95(self) -> float:
        """What 95 % of the pictures stayed below."""
        return quantile(self.latencies, 0.95)

    def __str__(self) -> str:
        fps, cpu = len(self.latencies) / self.seconds, 100 * self.server_cpu / self.seconds
        return f"{quantile(self.latencies, 0.5):.1f} / {self.p95:.1f}, {fps:.0f}, {cpu:.0f} %"


def measure(kind: str, rounds: int, seconds: float) -> list[str]:
    """One kind's row."""
    calm, hostile = Seen(), Seen()
    source = [sys.executable, str(HERE / "drag_source.py"), "--size", "1024x768", "--motion", "drag"]
    with stage(source, "h264") as on_stage:
        on_stage.wait_for_picture()
        on_stage.page.evaluate((HERE / "watch_bar.js").read_text())
        neighbour = Neighbour(on_stage.url, kind)
        Seen().look(on_stage, 3)
        for _ in range(rounds):
            calm.look(on_stage, seconds)
            neighbour.say("begin")
            hostile.look(on_stage, seconds)
            neighbour.say("end")
        viewers = on_stage.status()["viewers"]
        asked = max(each["video"]["key_requests"] for each in viewers if each["video"])
        visits = neighbour.end()
    changed = f"{100 * (hostile.p95 / calm.p95 - 1):+.0f} %"
    return [kind, str(calm), str(hostile), changed, str(asked), str(visits)]


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
        "it behaves: p50 / p95 ms, fps, server CPU",
        "it does not",
        "p95",
        "key frames asked for",
        "came back",
    ]
    print(table(head, rows))


if __name__ == "__main__":
    main()
