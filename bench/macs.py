"""What a further built-in Mac costs: `python bench/macs.py` prints the seconds of its start, and its memory.

Macs are started one after another as the server starts them, and run on. Memory is the proportional share
(PSS, proc(5)): what several Macs have in common counts once. The floor is Python with numpy alone.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from typing import Final

from harness.floors import import_seconds
from harness.process_resources import shared_memory_mb
from harness.tables import quantile, table
from support.processes import OutputProcess

SETTLE_SECONDS: Final = 1.0


def measure(count: int) -> list[tuple[float, float]]:
    """Return for each of `count` Macs the seconds until it was ready, and its memory in MB."""
    starts = []
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        macs = []
        for number in range(count):
            files = ["--xpram", f"{folder}/xpram{number}", "--documents", "none"]
            started = time.monotonic()
            mac = OutputProcess([sys.executable, "-m", "moof.mac_process", *files])
            stack.callback(mac.stop)
            mac.wait_for_line("ready")
            starts.append(time.monotonic() - started)
            macs.append(mac.pid)
        time.sleep(SETTLE_SECONDS)
        return [(start, shared_memory_mb(pid)) for start, pid in zip(starts, macs, strict=True)]


def main() -> None:
    """Start the Macs and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--macs", type=int, default=4)
    macs = measure(arguments.parse_args().macs)
    rows = [[str(number + 1), f"{start:.2f}", f"{mb:.1f}"] for number, (start, mb) in enumerate(macs)]
    middle = [f"{quantile([each[column] for each in macs], 0.5):.2f}" for column in (0, 1)]
    print(table(["Mac", "start → ready s", "MB (PSS)"], [*rows, ["median", *middle]]))
    print(f"\nPython with numpy alone: {import_seconds('numpy'):.2f} s")


if __name__ == "__main__":
    main()
