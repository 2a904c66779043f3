"""Ten bridges of five kinds start at once beside the user's own X server, and end at once, twenty times.

`python bench/many_bridges.py` prints a Markdown table: how long all ten took to have a picture and end. It
fails if one of them leaves a socket, a directory or a process, or changes the other display.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from harness.tables import quantile, table
from support.many_bridges import start_and_end_ten, users_display


def main() -> None:
    """Start and end them, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=20)
    rounds = arguments.parse_args().rounds
    seconds = []
    with tempfile.TemporaryDirectory() as folder, users_display() as display:
        for _ in range(rounds):
            started = time.monotonic()
            start_and_end_ten(Path(folder), display)
            seconds.append(time.monotonic() - started)
    row = [str(10 * rounds), display, f"{quantile(seconds, 0.5):.1f} s", f"{max(seconds):.1f} s"]
    print(table(["bridges", "beside the display", "ten start and end, median", "longest"], [row]))


if __name__ == "__main__":
    main()
