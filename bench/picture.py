"""The picture's way: the server's CPU for each frame beside the encoder alone, by thread, and its wake-ups.

`python bench/picture.py` drags the window of sources/drag.py for each codec and size, and prints one Markdown
table: as a foreign emulator, as one with exact dirty rectangles, and as an SDL program on the bridge. With
`--checkouts ../base,.` the cases of several checkouts of Moof take turns, `--rounds` times, with this bench's
own files and the environment `.venv` of each. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from encoders import Drag, rectangles, video
from harness import BENCH
from harness.process_resources import cpu_seconds
from harness.tables import table
from harness.testbed import Testbed, open_testbed, source_command
from moof.media.codecs import CODECS
from support.processes import child_names
from video import received

PICTURE = "picture"
"""The thread that reads, encodes and sends."""
NAMED_MOOF = BENCH / "harness" / "named_moof.py"
SETTLE_SECONDS = 3.0
ENCODED_PICTURES = 240
EMULATORS = ("foreign", "exact", "bridge")


@dataclass(frozen=True)
class Threads:
    """Seconds of CPU and number of sleeps, by the thread's name."""

    seconds: dict[str, float]
    sleeps: dict[str, int]

    @classmethod
    def of(cls, pid: int) -> Threads:
        """Read them now (proc(5): task/*/schedstat in ns, task/*/status)."""
        seconds: dict[str, float] = {}
        sleeps: dict[str, int] = {}
        for task in Path(f"/proc/{pid}/task").iterdir():
            name = (task / "comm").read_text().strip()
            used = int((task / "schedstat").read_text().split()[0]) / 1e9
            seconds[name] = seconds.get(name, 0.0) + used
            slept = (task / "status").read_text().partition("\nvoluntary_ctxt_switches:")[2].split()[0]
            sleeps[name] = sleeps.get(name, 0) + int(slept)
        return cls(seconds, sleeps)

    def since(self, before: Threads) -> Threads:
        """Return the differences."""
        return Threads(
            {name: used - before.seconds.get(name, 0.0) for name, used in self.seconds.items()},
            {name: slept - before.sleeps.get(name, 0) for name, slept in self.sleeps.items()},
        )


def measure(codec: str, size: str, emulator: str, seconds: float) -> dict[str, float]:
    """Return the ms of CPU for each frame of the encoder, the server and its threads; fps and sleeps."""
    width, height = map(int, size.split("x"))
    alone = video if CODECS[codec].make is not None else rectangles
    encoder_ms = alone(CODECS[codec], Drag(width, height), ENCODED_PICTURES).cpu_ms
    source = source_of(emulator, size)
    with open_testbed(source, codec, launcher=[sys.executable, str(NAMED_MOOF)]) as bed:
        bed.wait_for_picture()
        time.sleep(SETTLE_SECONDS)
        before, shown, started = Threads.of(bed.server.pid), frames(bed, codec), time.monotonic()
        bridges = [bed.source.pid, *pids_of(bed.source.pid, "Xvfb")] if emulator == "bridge" else []
        bridge_before = sum(cpu_seconds(pid) for pid in bridges)
        time.sleep(seconds)
        used, delivered = Threads.of(bed.server.pid).since(before), frames(bed, codec) - shown
        bridge = sum(cpu_seconds(pid) for pid in bridges) - bridge_before
        fps = delivered / (time.monotonic() - started)
    others = [used.seconds.get("MainThread", 0.0) + used.seconds.get("python", 0.0)]
    total = sum(used.seconds.values())
    picture = used.seconds.get(PICTURE, 0.0)
    return {
        "encoder": encoder_ms,
        "server": total / delivered * 1000,
        "picture": picture / delivered * 1000,
        "loop": others[0] / delivered * 1000,
        "bridge": bridge / delivered * 1000,
        "rest": (total - picture - others[0]) / delivered * 1000,
        "fps": fps,
        "sleeps": used.sleeps.get(PICTURE, 0) / delivered,
    }


def source_of(emulator: str, size: str) -> list[str]:
    """Return the command line of a source."""
    if emulator == "bridge":
        program = source_command("sdl_drag", "--size", size)
        return [sys.executable, "-m", "moof", "bridge", "--no-sandbox", "--", *program]
    return source_command("drag", "--size", size, *(["--exact"] if emulator == "exact" else []))


def pids_of(parent: int, name: str) -> list[int]:
    """Return the children of a process that have this name."""
    return [pid for pid, found in child_names(parent).items() if found == name]


def case_of(words: str) -> tuple[str, str, str]:
    """Return codec, size and kind of emulator from the words of `--one`."""
    codec, size, emulator = words.split()
    return codec, size, emulator


def frames(bed: Testbed, codec: str) -> float:
    """Return how many pictures the page has decoded (RTP) or displayed (rectangles) so far."""
    counters = received(bed)
    return counters.shown if CODECS[codec].make is None else counters.decoded


def row(case: str, runs: list[dict[str, float]]) -> list[str]:
    """Return a line of the table: the medians of the runs."""
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    figures = (f"{median[name]:.2f}" for name in ("encoder", "server", "picture", "loop", "rest", "bridge"))
    ratios = (median["server"] / median["encoder"], median["picture"] / median["encoder"])
    return [
        case,
        *figures,
        f"{ratios[0]:.2f} ({ratios[1]:.2f})",
        f"{median['fps']:.1f}",
        f"{median['sleeps']:.1f}",
    ]


HEAD = ["case", "encoder alone ms", "server ms/frame", "picture", "event loop", "others", "bridge and Xvfb"]
HEAD += ["server ÷ encoder (picture)", "fps", "sleeps/frame"]


def in_checkout(folder: Path, case: str, seconds: float) -> dict[str, float]:
    """Measure one case with the Moof of that checkout, in a process of its own."""
    command = [str(folder / ".venv" / "bin" / "python"), __file__, "--one", case, "--seconds", str(seconds)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: Any = json.loads(output.splitlines()[-1])
    return dict(found)


def main() -> None:
    """Measure the cases that the options name."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--codecs", default="h264,png")
    arguments.add_argument("--sizes", default="1024x768,1920x1080")
    arguments.add_argument("--emulators", default=",".join(EMULATORS))
    arguments.add_argument("--checkouts", default=str(BENCH.parent))
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=6.0, help="of each case")
    arguments.add_argument("--one", help="measure this case and print it as JSON")
    options = arguments.parse_args()
    if options.one:
        print(json.dumps(measure(*case_of(options.one), options.seconds)))
        return
    checkouts = [Path(name).resolve() for name in options.checkouts.split(",")]
    rows = []
    for size in options.sizes.split(","):
        for codec in options.codecs.split(","):
            for emulator in options.emulators.split(","):
                case = f"{codec} {size} {emulator}"
                runs: dict[Path, list[dict[str, float]]] = {folder: [] for folder in checkouts}
                for _ in range(options.rounds):
                    for folder in checkouts:
                        runs[folder].append(in_checkout(folder, case, options.seconds))
                rows += [row(f"{case}, {folder.name}", found) for folder, found in runs.items()]
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
