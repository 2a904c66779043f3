"""What a process uses: CPU time, memory, descriptors, threads; read from /proc."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return a process's user and system CPU time so far, in seconds (proc(5), stat fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def wakeups(pid: int) -> Counter[int]:
    """Return how often each thread of a process has slept and been woken so far, by thread id."""
    found: Counter[int] = Counter()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            for line in (task / "status").read_text().splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    found[int(task.name)] = int(line.split()[1])
    return found


def peak_memory_mb(pid: int) -> float:
    """Return the largest resident size of a process so far, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def sent_bytes(port: int) -> dict[str, int]:
    """Return the bytes that each open TCP connection of a local port has sent, by its peer (ss(8))."""
    command = ["ss", "-tinHO", f"( sport = :{port} )"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = {}
    for line in output.splitlines():
        if sent := re.search(r"\bbytes_acked:(\d+)", line):
            found[line.split()[4]] = int(sent[1])
    return found


def shared_memory_mb(pid: int) -> float:
    """Return a process's memory in MB, of which what it shares counts by its part (PSS, proc(5), smaps)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


@dataclass(frozen=True)
class ProcessResources:
    """Open descriptors, threads, and resident memory in MB of a process."""

    descriptors: int
    threads: int
    megabytes: float

    @classmethod
    def of(cls, pid: int) -> ProcessResources:
        """Count them now."""
        process = Path(f"/proc/{pid}")
        resident = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        descriptors, threads = (len(list((process / name).iterdir())) for name in ("fd", "task"))
        return cls(descriptors, threads, resident / 1e6)

    def __str__(self) -> str:
        return f"{self.descriptors}, {self.threads}, {self.megabytes:.0f} MB"
