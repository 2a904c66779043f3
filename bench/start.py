"""How long a start takes, part by part: `python bench/start.py` prints two Markdown tables.

The first table has the floor: the processor time and the seconds of Python itself, of the libraries, and of
Moof's own packages, each imported by a process of its own. The second one has the seconds from the command
`scripts/run` until each part is there. The browser runs already, and opens the page as soon as its address is
printed. Kernels are compiled and files are in memory, as at a second start.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from harness import BENCH
from harness.tables import quantile, table
from harness.testbed import browser
from moof.ipc import IpcError, Segment, find_emulators
from support.mac_page import shown_frames
from support.moof_process import FREE_PORTS, get_json, page_address
from support.processes import OutputProcess, descendants
from support.waiting import wait_until

IMPORTS: Final = {
    "Python": "sys",
    "command line: typer and rich": "typer, rich.console",
    "numpy": "numpy",
    "numba": "numba",
    "PyAV": "av",
    "aiortc": "aiortc",
    "pydantic": "pydantic",
    "FastAPI and uvicorn": "fastapi, uvicorn",
    "all of these": "typer, rich.console, numpy, numba, av, aiortc, pydantic, fastapi, uvicorn",
    "moof.cli": "moof.cli",
    "moof.server.app": "moof.server.app",
    "moof.mac.machine": "moof.mac.machine",
    "moof.mac.machine, kernels ready": "moof.mac.machine as m; m.prepare()",
}
RUN: Final = BENCH.parent / "scripts" / "run"
WITH_COMPILED_FILES: Final = {"PYTHONDONTWRITEBYTECODE": ""}
"""A user's Python keeps them; a developer's environment may not."""
POLL_SECONDS: Final = 0.02
"""Not less: to look takes processor time from what is measured."""


def import_row(name: str, modules: str, rounds: int) -> list[str]:
    """Import modules in processes of their own and return the line: seconds and CPU seconds, medians."""
    walls, cpus = [], []
    for _ in range(rounds):
        before, started = os.times(), time.monotonic()
        environment = {**os.environ, **WITH_COMPILED_FILES}
        subprocess.run([sys.executable, "-c", f"import {modules}"], check=True, env=environment)
        walls.append(time.monotonic() - started)
        after = os.times()
        cpus.append(sum(after[2:4]) - sum(before[2:4]))
    return [name, f"{quantile(walls, 0.5):.2f}", f"{quantile(cpus, 0.5):.2f}"]


def wait_for_frame(server: int) -> float:
    """Return the time at which an emulator that the server started has published its first frame."""
    wait_until(
        lambda: find_emulators() and any(map(has_frame, descendants(server))),
        "a frame",
        poll_seconds=POLL_SECONDS,
    )
    return time.monotonic()


def has_frame(pid: int) -> bool:
    """Return whether a process is an emulator that has published a frame."""
    try:
        segment = Segment.open(pid)
    except IpcError:
        return False
    with contextlib.closing(segment):
        return segment.read("frame_count") > 0


def start_once(running: Browser, folder: Path) -> list[float]:
    """Start Moof as a user does; return the seconds to its address, an answer, a frame, and the picture."""
    page = running.new_page()
    with ThreadPoolExecutor(1, "frame-watcher") as watcher:
        started = time.monotonic()
        moof = OutputProcess(
            [
                str(RUN),
                *FREE_PORTS,
                "--xpram",
                str(folder / "xpram"),
                "--documents",
                str(folder / "documents"),
            ],
            WITH_COMPILED_FILES,
        )
        framed = watcher.submit(wait_for_frame, moof.pid)
        try:
            line = moof.wait_for_line("Open ")
            printed = time.monotonic()
            get_json(f"{page_address(line)}/api/status")
            answered = time.monotonic()
            page.goto(line.split()[1], wait_until="commit")
            wait_until(lambda: shown_frames(page) > 0, "a picture", poll_seconds=POLL_SECONDS)
            times = [printed, answered, framed.result(), time.monotonic()]
        finally:
            page.close()
            moof.stop()
    return [each - started for each in times]


def main() -> None:
    """Measure the floor and the starts, and print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    rows = [import_row(name, modules, rounds) for name, modules in IMPORTS.items()]
    print(table(["imported alone", "s", "CPU s"], rows), flush=True)
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        starts = [start_once(running, Path(folder)) for _ in range(rounds)]
    parts = ["address printed", "status answered", "emulator's first frame", "picture in the page"]
    rows = [
        [part, f"{quantile(values, 0.5):.2f}", f"{min(values):.2f}-{max(values):.2f}"]
        for part, values in zip(parts, map(list, zip(*starts, strict=True)), strict=True)
    ]
    print("\n" + table(["command → …", "s, median", "s, all"], rows))


if __name__ == "__main__":
    main()
