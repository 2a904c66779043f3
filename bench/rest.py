"""What a resting picture costs: `python bench/rest.py` prints a Markdown table.

One page of a headless Chromium is connected and nothing happens. Of each process: its processor time, in
percent of a core, and how often a second its threads fall asleep and are woken (voluntary context switches,
proc(5)). The set-ups: the built-in Mac; emulators of others that signal 60 unchanged frames a second, silent
and with a tone; an X program through the bridge, silent.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from harness.process_resources import cpu_seconds, wakeups
from harness.server_process import wait_until
from harness.tables import table
from harness.testbed import browser, served, source_command
from support.bridge_process import SDL_PROGRAM
from support.mac_page import shown_frames
from support.moof_process import start_moof, stop_moof
from support.processes import descendants

SETTLE_SECONDS: Final = 14.0
"""Until the picture is as good as it gets, and the page pings seldom."""
BUSIEST: Final = 5

SetUp = Iterator[tuple[str, int, int]]
"""The page's address, and the processes of the server and of the emulator."""


@contextlib.contextmanager
def built_in_mac() -> SetUp:
    """Start Moof with its own Mac."""
    with tempfile.TemporaryDirectory() as folder:
        moof = start_moof(Path(folder))
        try:
            wait_until(lambda: moof.emulator_pid, "the Mac")
            yield moof.url, moof.pid, moof.emulator_pid
        finally:
            stop_moof(moof)


@contextlib.contextmanager
def foreign(*source: str) -> SetUp:
    """Serve an emulator from bench/sources."""
    with served(source_command(*source)) as (emulator, server, url):
        yield url, server.pid, emulator.pid


@contextlib.contextmanager
def x_program() -> SetUp:
    """Serve a program that has drawn its window and waits for input."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, str(SDL_PROGRAM), f"{folder}/log"]
        bridge = [sys.executable, "-m", "moof", "bridge", "--no-sandbox", "--", *program]
        with served(bridge) as (emulator, server, url):
            yield url, server.pid, emulator.pid


SET_UPS: Final[dict[str, Callable[[], contextlib.AbstractContextManager[tuple[str, int, int]]]]] = {
    "built-in Mac": built_in_mac,
    "foreign, 60 frames, silent": lambda: foreign("drag", "--motion", "static"),
    "foreign, 60 frames, tone": lambda: foreign("tone", "--still-fps", "60"),
    "X program, silent": x_program,
}


def counts(pid: int) -> tuple[float, Counter[int]]:
    """Return a process's CPU seconds so far, and its threads' wake-ups by thread."""
    return cpu_seconds(pid), wakeups(pid)


@dataclass(frozen=True)
class Share:
    """What a process uses: its name, its share of a core, its threads' wake-ups a second."""

    process: str
    share: float
    wakeups: list[float]


def measure(name: str, running: Browser, seconds: float) -> list[Share]:
    """Measure one set-up and return the share of each of its processes."""
    with SET_UPS[name]() as (url, server, emulator):
        page = running.new_page()
        page.goto(url)
        wait_until(lambda: shown_frames(page) > 0, "a picture")
        time.sleep(SETTLE_SECONDS)
        processes = {server: "server", emulator: "emulator", **descendants(emulator)}
        before, started = {pid: counts(pid) for pid in processes}, time.monotonic()
        time.sleep(seconds)
        elapsed = time.monotonic() - started
        shares = []
        for pid, process in processes.items():
            cpu, woken = counts(pid)
            rates = [count / elapsed for count in (woken - before[pid][1]).values()]
            shares.append(Share(process, (cpu - before[pid][0]) / elapsed, rates))
        page.close()
    return shares


def rows_of(name: str, shares: list[Share]) -> list[list[str]]:
    """Return a line for each process of a set-up, and one for their sum."""
    rows = [
        [name, each.process, f"{each.share:.1%}", f"{sum(each.wakeups):.0f}", busiest(each.wakeups)]
        for each in shares
    ]
    return [*rows, [name, "all", f"{sum(each.share for each in shares):.1%}", "", ""]]


def busiest(rates: Sequence[float]) -> str:
    """Return the highest rates."""
    return ", ".join(f"{rate:.0f}" for rate in sorted(rates, reverse=True)[:BUSIEST] if rate >= 1)


def main() -> None:
    """Measure the chosen set-ups and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=10.0)
    arguments.add_argument("--only", choices=SET_UPS, action="append")
    options = arguments.parse_args()
    with browser() as running:
        rows = [
            row
            for name in options.only or SET_UPS
            for row in rows_of(name, measure(name, running, options.seconds))
        ]
    head = ["at rest, one page", "process", "CPU, of a core", "wake-ups a second", "of the busiest threads"]
    print(table(head, rows))


if __name__ == "__main__":
    main()
