"""What one Mac costs its machine: `python bench/mac_cost.py` prints a Markdown table.

The built-in Mac, its server and what they have started, beside one page of a headless Chromium: with nobody
there, while a page watches and nothing happens, while somebody types, and while the Test Card draws all the
time. Processor time is in percent of one core; memory is PSS (proc(5)): what several Macs share counts by
its part. Sent is what the server counts as payload, without headers of RTP, UDP and IP (about 40 bytes a
packet of 1,200).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.process_resources import cpu_seconds, shared_memory_mb
from harness.tables import table
from harness.testbed import browser
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.processes import descendants

SETTLE_SECONDS: Final = 14.0
"""Until the picture is as good as it gets, and the page pings seldom."""
KEY_SECONDS: Final = 0.15
TEXT: Final = "the quick brown fox jumps over the lazy dog "


@dataclass(frozen=True)
class Cost:
    """CPU seconds of the server and of the Mac, bytes sent, all so far."""

    server: float
    mac: float
    sent: int

    @classmethod
    def so_far(cls, moof: MoofProcess) -> Cost:
        """Read them now."""
        sent = int(moof.status()["bytes_sent"])
        return cls(cpu_seconds(moof.pid), cpu_seconds(moof.emulator_pid), sent)


def memory_mb(moof: MoofProcess) -> float:
    """Return the memory of the server and all its processes in MB."""
    return sum(shared_memory_mb(pid) for pid in (moof.pid, *descendants(moof.pid)))


def sockets(pid: int) -> tuple[int, int]:
    """Return how many UDP and TCP sockets a process has."""
    own = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()}

    def count(*tables: str) -> int:
        texts = [Path(f"/proc/{pid}/net/{name}").read_text() for name in tables]  # proc(5)
        inodes = [line.split()[9] for text in texts for line in text.splitlines()[1:]]
        return sum(f"socket:[{inode}]" in own for inode in inodes)

    return count("udp", "udp6"), count("tcp", "tcp6")


def measured(moof: MoofProcess, name: str, seconds: float, act: Callable[[], object]) -> list[str]:
    """Return the row of a time in which `act` is called again and again."""
    time.sleep(SETTLE_SECONDS)
    before, started = Cost.so_far(moof), time.monotonic()
    while time.monotonic() - started < seconds:
        act()
    after, elapsed = Cost.so_far(moof), time.monotonic() - started
    server, mac = (after.server - before.server) / elapsed, (after.mac - before.mac) / elapsed
    udp, tcp = sockets(moof.pid)
    megabits = (after.sent - before.sent) * 8 / elapsed / 1e6
    return [
        name,
        f"{server:.1%}",
        f"{mac:.1%}",
        f"{memory_mb(moof):.0f}",
        f"{megabits:.2f}",
        f"{udp}",
        f"{tcp}",
    ]


def type_text(page: MacPage) -> None:
    """Type a sentence, a key every KEY_SECONDS."""
    for letter in TEXT:
        page.page.keyboard.type(letter)
        page.page.wait_for_timeout(KEY_SECONDS * 1000)


def rest() -> None:
    """Let a second pass."""
    time.sleep(1.0)


def rows(moof: MoofProcess, seconds: float) -> list[list[str]]:
    """Measure all cases with one Mac."""
    memory: GuestMemory = moof.memory()
    found = [measured(moof, "nobody is there", seconds, rest)]
    with browser() as running, new_mac_page(running) as page:
        page.connect(moof.url)
        found.append(measured(moof, "a page, nothing happens", seconds, rest))
        page.open_program(memory, Program.NOTES)
        found.append(measured(moof, "somebody types", seconds, lambda: type_text(page)))
        page.open_program(memory, Program.TEST_CARD)
        found.append(measured(moof, "the Test Card draws", seconds, rest))
    return found


def main() -> None:
    """Start Moof, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=20.0, help="of each case")
    given = arguments.parse_args()
    head = ["while", "server CPU", "Mac CPU", "MB (PSS)", "Mbit/s sent", "UDP sockets", "TCP sockets"]
    with tempfile.TemporaryDirectory() as folder:
        moof = start_moof(Path(folder))
        try:
            print(table(head, rows(moof, given.seconds)))
        finally:
            stop_moof(moof)


if __name__ == "__main__":
    main()
