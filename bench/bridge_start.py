"""Ten bridges that start at once: until display and sound server are ready, and Xvfb alone, the floor.

`python bench/bridge_start.py` prints a Markdown table. The processes have loaded their libraries before, as
those that the server forks have, and start together. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import subprocess
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import Any

from bridge_life import start_once
from harness.tables import quantile, table
from moof.bridge.display_number import NUMBERS
from moof.ipc import MAX_HEIGHT, MAX_WIDTH

WAIT_SECONDS = 60.0


def start_bridge(place: int, sandboxed: bool, opengl: bool) -> float:
    """Return the seconds until display and sound server of a bridge are ready."""
    return asyncio.run(start_once(sandboxed, opengl))


def start_xvfb(place: int, opengl: bool) -> float:
    """Return the seconds until an Xvfb with nothing of ours around it takes clients."""
    started = time.monotonic()
    options = ["-screen", "0", f"{MAX_WIDTH}x{MAX_HEIGHT}x24", "-nolisten", "tcp", "-displayfd", "1"]
    options += [] if opengl else ["-extension", "GLX"]
    with subprocess.Popen(
        ["Xvfb", f":{NUMBERS.stop + place}", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline()
        seconds = time.monotonic() - started
        server.terminate()
    return seconds


def repeat(start: Callable[[int], float], place: int, rounds: int, barrier: Barrier) -> list[float]:
    """Start together with the others, several times; the first one, which loads files, does not count."""
    measured = []
    for _ in range(rounds + 1):
        barrier.wait(WAIT_SECONDS)
        measured.append(start(place))
    return measured[1:]


def work(start: Callable[[int], float], place: int, rounds: int, barrier: Barrier, results: Any) -> None:
    """Measure in a process of its own."""
    results.put(repeat(start, place, rounds, barrier))


def measure(what: str, start: Callable[[int], float], count: int, rounds: int) -> list[str]:
    """Start `count` at once and return the line of the table."""
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(count), context.Queue()
    workers = [
        context.Process(target=work, args=(start, place, rounds, barrier, results)) for place in range(count)
    ]
    for worker in workers:
        worker.start()
    seconds = [each for _ in workers for each in results.get(timeout=WAIT_SECONDS)]
    for worker in workers:
        worker.join()
    figures = [f"{quantile(seconds, fraction) * 1000:.0f} ms" for fraction in (0.5, 0.95)]
    return [what, str(count), str(len(seconds)), *figures, f"{max(seconds) * 1000:.0f} ms"]


def main() -> None:
    """Measure one and several at once, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10)
    arguments.add_argument("--counts", default="1,10")
    options = arguments.parse_args()
    kinds: dict[str, Callable[[int], float]] = {
        f"{what}, {'with' if opengl else 'without'} OpenGL": partial(start, opengl=opengl)
        for opengl in (True, False)
        for what, start in (
            ("Xvfb alone", start_xvfb),
            ("display and sound server", partial(start_bridge, sandboxed=False)),
            ("the same for a sandbox", partial(start_bridge, sandboxed=True)),
        )
    }
    rows = [
        measure(what, start, count, options.rounds)
        for count in map(int, options.counts.split(","))
        for what, start in kinds.items()
    ]
    print(table(["what", "at once", "times", "median", "p95", "longest"], rows))


if __name__ == "__main__":
    main()
