"""The table of docs/performance.md in one command: `python bench/performance.py`.

The parts of the other benches take turns, `--rounds` times: encoders alone, server, latency, resting
pictures, an X program by Moof and its rivals, start, a further viewer, a further Mac, and what the machine
itself needs. Printed are the machine and Markdown tables of medians: what has a goal, with the goal and the
measured floor; each codec; each rival. A round takes ten minutes: measure when nothing else runs. With
`--keep FILE` the figures of each part are appended to a file as soon as they are there, and a later run goes
on from it; `--rounds 0` only prints them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Error as PlaywrightError

from harness.floors import SIZES, busy_share, description
from harness.medians import Figures, Medians
from harness.performance_parts import Part, parts
from harness.performance_rows import HEAD, all_rows
from harness.performance_tables import CODEC_HEAD, NAMES, X_HEAD, codec_lines, x_lines
from harness.rivals import rivals, versions
from harness.tables import table
from harness.testbed import browser

LOOK_SECONDS: Final = 1.0
QUICK_SECONDS: Final = 3.0
QUICK_CODECS: Final = ["h264", "png"]
FAILURES: Final = (AssertionError, OSError, SystemExit, subprocess.SubprocessError, PlaywrightError)
"""Of processes that did not do what a part waits for; the harness ends a bench by SystemExit."""


def say(text: str) -> None:
    """Tell about the progress."""
    print(text, file=sys.stderr, flush=True)


class Record:
    """The figures so far, and the file that keeps them."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.rounds: list[Figures] = []
        self.failures: list[str] = []
        if file is not None and file.exists():
            self.rounds = [json.loads(line) for line in file.read_text().splitlines()]

    def add(self, figures: Figures) -> None:
        """Keep what one part has measured."""
        self.rounds.append(figures)
        if self.file is not None:
            with self.file.open("a") as file:
                file.write(json.dumps(figures) + "\n")


def measure(part: Part, seconds: float, record: Record) -> None:
    """Measure a part once; a failure is reported, and the others go on."""
    began = time.monotonic()
    try:
        record.add(part.measure(seconds))
    except FAILURES as error:
        record.failures.append(f"{part.name}: {error}")
        say(f"failed: {record.failures[-1]}")
    say(f"    {time.monotonic() - began:.0f} s")


def chosen(only: str, quick: bool, selkies: str) -> list[Part]:
    """Return the parts whose name begins with one of the comma-separated words."""
    sizes, codecs = (list(SIZES[:1]), QUICK_CODECS) if quick else (list(SIZES), list(NAMES))
    words = tuple(word.strip() for word in only.split(",")) if only else ("",)
    return [part for part in parts(sizes, codecs, rivals(selkies)) if part.name.startswith(words)]


def options_of_command_line() -> argparse.Namespace:
    """Return the options."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument(
        "--seconds", type=float, default=5.0, help="of each part that lasts, in each round"
    )
    arguments.add_argument("--only", default="", help='beginnings of names: "floor,native h264,rest"')
    arguments.add_argument("--list", action="store_true", help="print the parts' names")
    arguments.add_argument("--quick", action="store_true", help="a round of 3 s, H.264 and PNG at 1024x768")
    arguments.add_argument("--keep", type=Path, metavar="FILE", help="keep the figures, and go on from them")
    arguments.add_argument("--selkies", default=os.environ.get("SELKIES", "selkies"), help="its command")
    options = arguments.parse_args()
    if options.quick:
        options.rounds, options.seconds = min(options.rounds, 1), min(options.seconds, QUICK_SECONDS)
    return options


def print_tables(medians: Medians) -> None:
    """Print what has been measured."""
    found = [
        (HEAD, [row.cells() for row in all_rows(medians)]),
        (CODEC_HEAD, codec_lines(medians)),
        (X_HEAD, x_lines(medians)),
    ]
    print("\n\n".join(table(head, lines) for head, lines in found if lines))


def main() -> None:
    """Measure what the options name, in turns, and print the table."""
    options = options_of_command_line()
    wanted, record, busy = chosen(options.only, options.quick, options.selkies), Record(options.keep), []
    if options.list:
        print("\n".join(part.name for part in wanted))
        return
    for number in range(options.rounds):
        busy.append(f"{busy_share(LOOK_SECONDS):.0%}")
        for place, part in enumerate(wanted, 1):
            say(f"round {number + 1} of {options.rounds}, {place} of {len(wanted)}: {part.name} …")
            measure(part, options.seconds, record)
    with browser() as running:
        machine = description(running.version) + versions(options.selkies)
    print(f"{machine}. Busy before each round: {', '.join(busy) or 'not looked at'}.\n")
    print_tables(Medians(record.rounds))
    for rival in rivals(options.selkies):
        if rival.missing():
            print(f"\nNot installed: {rival.name} ({rival.missing()})")
    for failure in record.failures:
        print(f"\nFailed: {failure}")


if __name__ == "__main__":
    main()
