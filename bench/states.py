"""States: how long the machine waits, how large files are, how long saving and loading take.

`python bench/states.py` prints a table of the built-in Mac (desktop, all RAM full of noise) and of QEMU's
Power Mac, if it is installed, and what `kill -9` at random moments of saving has left. Measure when nothing
else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from harness.tables import quantile, table
from moof.bridge.qemu_states import QemuStates
from moof.mac.headless import HeadlessMac
from moof.mac.machine_state import restore_board, save_board
from moof.mac.state_contents import state_from_file, state_to_file
from moof.media.kernel import KERNELS
from moof.states import StateError, StateMetadata, StateSummary, unpack_state
from moof.states.autosaves import Autosaves
from moof.states.program_state import pack_program_state, unpack_program_state
from moof.states.state_picture import reduced_picture
from moof.states.state_shelf import StateShelf
from support.qemu import create_qcow2, running_qemu

POWER_MAC_PROGRAM = "qemu-system-ppc"
POWER_MAC = ("-M", "mac99,via=pmu", "-m", "512", "-prom-env", "auto-boot?=false")
QEMU_START_SECONDS = 5.0
"""Until Open Firmware shows its prompt."""

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
        ("desktop, 4 MB, 8 bits", 4, 8, False),
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


@dataclass(slots=True)
class Times:
    """What each round of saving and loading took, in ms."""

    pauses: list[float] = field(default_factory=list)
    packs: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    fills: list[float] = field(default_factory=list)

    def add(self, moments: list[float]) -> None:
        """Add a round, between whose five moments (in seconds) the four steps were done."""
        for index, times in enumerate((self.pauses, self.packs, self.reads, self.fills)):
            times.append(1000 * (moments[index + 1] - moments[index]))

    def line(self, name: str, size: int) -> list[str]:
        """Return one line of the table: medians, the longest pause, and the size."""
        middles = [
            f"{quantile(times, 0.5):.1f}" for times in (self.pauses, self.packs, self.reads, self.fills)
        ]
        return [name, middles[0], f"{max(self.pauses):.1f}", *middles[1:], f"{size / 1000:.0f} KB"]


def measure(name: str, mac: HeadlessMac, rounds: int) -> list[str]:
    """Return one line of the table."""
    times = Times()
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
        times.add(moments)
        mac.run(1)
    return times.line(name, len(data))


async def measure_qemu(rounds: int) -> list[str]:
    """Return the line of a Power Mac at Open Firmware's prompt, with an empty disk in the format qcow2."""
    times = Times()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running_qemu(folder / "tools", "-M", "none") as client:
            await create_qcow2(client, folder / "disk", 1 << 30)
        drive = ("-drive", f"file={folder / 'disk'},format=qcow2")
        async with running_qemu(folder / "qemu", *POWER_MAC, *drive, program=(POWER_MAC_PROGRAM,)) as client:
            await asyncio.sleep(QEMU_START_SECONDS)
            states = QemuStates(client)
            for number in range(rounds):
                moments, size = await qemu_round(states, folder, number)
                times.add(moments)
            machine = await states.machine()
    return times.line(machine.name, size)


async def qemu_round(states: QemuStates, folder: Path, number: int) -> tuple[list[float], int]:
    """Save and load once; return the moments between the steps, and the size of the file on the shelf."""
    saved, compressed, again = (folder / f"{name}{number}" for name in ("saved", "compressed", "again"))
    metadata = StateMetadata("Bench", 1, 8, 8, 32, 0, "", "")
    summary = StateSummary(metadata, reduced_picture(np.zeros((8, 8), np.uint32)))
    shelf = StateShelf(folder / "shelf")
    moments = [time.perf_counter()]
    await states.save(saved, f"bench-{number}")
    moments.append(time.perf_counter())
    with saved.open("rb") as contents, compressed.open("w+b") as scratch:
        packed = pack_program_state(summary, contents, scratch)
        shelf.save_pieces("Bench", packed.size, packed.pieces, replace=True)
    moments.append(time.perf_counter())
    with shelf.opened("Bench") as file, again.open("wb") as contents:
        unpack_program_state(file, contents)
    moments.append(time.perf_counter())
    await states.load(again)
    moments.append(time.perf_counter())
    await states.forget_others("bench-", frozenset())
    for path in (saved, compressed, again):
        path.unlink()
    return moments, packed.size


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
    head = ["Mac", "Mac waits, ms", "longest", "compress", "check", "Mac waits to load", "file"]
    lines = [measure(name, mac, options.rounds) for name, mac in macs()]
    if shutil.which(POWER_MAC_PROGRAM):
        lines.append(asyncio.run(measure_qemu(options.rounds)))
    print(table(head, lines))
    print(kill_while_saving(options.kills))


if __name__ == "__main__":
    main()
