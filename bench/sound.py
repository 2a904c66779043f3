"""The two tables of docs/sound.md, one case after the other: `python bench/sound.py [--seconds 60]`.

It runs bench/audio.py with emulators that answer in different ways, in several formats, as an ordinary user,
and with clocks that are wrong by 500 ppm, then bench/heard.py, and prints their lines. Measure when nothing
else runs; 60 s a case take a quarter of an hour.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from harness import BENCH

CASES = (
    ("constant", 44100, 2, ""),
    ("existing", 44100, 2, ""),
    ("ticks", 44100, 2, ""),
    ("existing", 11025, 1, ""),
    ("existing", 22050, 1, ""),
    ("existing", 48000, 2, ""),
    ("existing", 44100, 2, "--ordinary-user"),
    ("at-once", 44100, 2, "--clock-error=500"),
    ("at-once", 44100, 2, "--clock-error=-500"),
)
"""How emulators answer, rate in Hz, channels, a further option of bench/audio.py."""


def table_lines(script: str, *options: str) -> list[str]:
    """Run a bench and return the lines of its table, head first; none, after a note, if it failed."""
    command = [sys.executable, str(BENCH / script), *options]
    print(" ".join(command[1:]), file=sys.stderr, flush=True)
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        print(f"{script} {' '.join(options)} failed.", file=sys.stderr)
    return [line for line in found.stdout.splitlines() if line.startswith("|")]


def main() -> None:
    """Run all cases and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each case")
    parser.add_argument("--keys", type=int, default=30, help="that are pressed to hear their beep")
    options = parser.parse_args()
    lines: list[str] = []
    for answers, rate, channels, more in CASES:
        case = ["--plain", f"--answers={answers}", f"--rates={rate}", f"--channels={channels}"]
        found = table_lines("audio.py", *case, f"--seconds={options.seconds}", *filter(None, [more]))
        named = [line.replace(f"answers {answers}", f"answers {answers} {more}".rstrip()) for line in found]
        lines += named if not lines else named[-1:]
    print("\n".join(lines), "\n")
    print("\n".join(table_lines("heard.py", f"--keys={options.keys}")))


if __name__ == "__main__":
    main()
