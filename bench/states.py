"""States of the built-in Mac: how long its 68k waits, how large files are, how long saving and loading take.

`python bench/states.py` prints a table of Macs (desktop, all RAM full of noise) and what `kill -9` at random
moments of saving has left. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from harness.tables import quantile, table
from moof.mac.headless import HeadlessMac
from moof.mac.machine_state import restore_board, save_board
from moof.mac.state_contents import state_from_file, state_to_file
from moof.media.kernel import KERNELS
from moof.states import StateError, unpack_state
from moof.states.autosaves import Autosaves

SAVE_FOREVER = """
import sys
from pathlib import Path
from moof.mac.headless import HeadlessMac
from moof.states.autosaves import Autosaves
autosaves = Autosaves(Path(sys.argv[1]))
with HeadlessMac() as mac:
    while True:
        mac.run(20)
        print(autosaves.store(mac.save_state(), mac.ticks).saved, flush=True)
"""


def macs() -> Iterator[tuple[str, HeadlessMac]]:
    """Yield Macs with their names; each is closed before the next one starts."""
    for name, ram_mb, depth, noise in (
        ("desktop, 8 MB, 8 bits", 8, 8, False),
        ("desktop, 64 MB, 32 bits", 64, 32, False),
        ("8 MB of noise", 8, 8, True),
    ):
        with HeadlessMac(ram_mb=ram_mb, width=1024, height=768, depth=depth) as mac:
            mac.run(300)
            if noise:
                free = mac.memory.view(1 << 20, 6 << 20)
                free[:] = np.random.default_rng(1).integers(0, 256, len(free), dtype=np.uint8)
            yield name, mac


def measure(name: str, mac: HeadlessMac, rounds: int) -> list[str]:
    """Return one line of the table: medians in ms, the longest pause, and the size."""
    pauses: list[float] = []
    packs: list[float] = []
    reads: list[float] = []
    fills: list[float] = []
    for _ in range(rounds):
        moments = [time.perf_counter()]
        state = save_board(mac.board)
        moments.append(time.perf_counter())
        data = state_to_file(state, "Bench")
        moments.append(time.perf_counter())
        again = state_from_file(unpack_state(data))
        moments.append(time.perf_counter())
        restore_board(mac.board, again)
        moments.append(time.perf_counter())
        for times, index in ((pauses, 0), (packs, 1), (reads, 2), (fills, 3)):
            times.append(1000 * (moments[index + 1] - moments[index]))
        mac.run(1)
    middles = [f"{quantile(times, 0.5):.1f}" for times in (pauses, packs, reads, fills)]
    return [name, middles[0], f"{max(pauses):.1f}", *middles[1:], f"{len(data) / 1000:.0f} KB"]


def kill_while_saving(times: int) -> str:
    """Kill a process that saves all the time; say what was left."""
    lost = damaged = 0
    with tempfile.TemporaryDirectory() as folder:
        autosaves = Autosaves(Path(folder))
        for _ in range(times):
            with subprocess.Popen(
                [sys.executable, "-c", SAVE_FOREVER, folder], stdout=subprocess.PIPE, text=True
            ) as process:
                assert process.stdout is not None
                last = process.stdout.readline()
                time.sleep(random.uniform(0, 0.3))
                process.send_signal(signal.SIGKILL)
                last = [last, *process.stdout.readlines()][-1]
            there = autosaves.newest_first()
            lost += there[0].saved < int(last)
            for each in there:
                try:
                    state_from_file(unpack_state(autosaves.read(each)))
                except StateError:
                    damaged += 1
    return f"{times} times killed while saving: {lost} states lost that were saved, {damaged} damaged ones."


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="states of each Mac")
    parser.add_argument("--kills", type=int, default=100, help="processes that are killed")
    options = parser.parse_args()
    for kernel in KERNELS:
        kernel.compile()
    head = ["Mac", "68k waits, ms", "longest", "compress", "check", "68k waits to load", "file"]
    print(table(head, [measure(name, mac, options.rounds) for name, mac in macs()]))
    print(kill_while_saving(options.kills))


if __name__ == "__main__":
    main()
