"""Runs Moof with a clock of the kiosk that a test moves: `kiosk_clock.py FILE python -m moof OPTION…`.

FILE says by how many seconds the clock is ahead; it may change at any time. The Mac's own clocks stay right.
"""

from __future__ import annotations

import runpy
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from moof.server.session import kiosk


@dataclass
class FileClock:
    """Takes the place of the module `time` where the kiosk reads CLOCK_MONOTONIC."""

    file: Path

    def monotonic(self) -> float:
        """Return the time in seconds, moved by what the file says."""
        return time.monotonic() + float(self.file.read_text() or 0)


def main() -> None:
    """Put the clock in, then be Moof."""
    file, _python, _option, module, *arguments = sys.argv[1:]
    setattr(kiosk, "time", FileClock(Path(file)))  # noqa: B010  mypy: a module is no FileClock
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
