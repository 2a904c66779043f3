"""What the machine itself needs: to read memory, to wake a thread, to send a packet; and its description."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np

PACKET_BYTES: Final = 1200
"""Of a full RTP packet."""
SENDS: Final = 4000
WAKE_UPS: Final = 120
WAKE_UP_SECONDS: Final = 1 / 60
COMPARISONS: Final = 60
SIZES: Final = ("1024x768", "1920x1080")


def compare_ms(size: str) -> float:
    """Return the least CPU ms of reading two pictures of that size, BGRA, and comparing them."""
    width, height = map(int, size.split("x"))
    # More pictures than a core's own cache holds, as frames come from other processes.
    pictures = [np.full((height, width), number, np.uint32) for number in range(6)]
    words = [picture.view(np.uint64) for picture in pictures]
    target = np.empty(words[0].shape, np.bool_)
    times = []
    for index in range(COMPARISONS):
        first, second = words[index % 6], words[(index + 1) % 6]
        started = time.process_time_ns()
        np.equal(first, second, out=target)
        times.append(time.process_time_ns() - started)
    return min(times) / 1e6


def wake_up_ms() -> float:
    """Return the CPU ms of a thread that sleeps until the next sixtieth of a second, for each wake-up."""
    due, started = time.monotonic(), time.process_time()
    for _ in range(WAKE_UPS):
        due += WAKE_UP_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))
    return (time.process_time() - started) / WAKE_UPS * 1000


def send_ms() -> float:
    """Return the CPU ms of one `sendto` of a full packet over loopback, to a socket that nobody reads."""
    packet = bytes(PACKET_BYTES)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        address = receiver.getsockname()
        started = time.process_time()
        for _ in range(SENDS):
            sender.sendto(packet, address)
        return (time.process_time() - started) / SENDS * 1000


def machine_floors() -> dict[str, float]:
    """Return the floors by name, ms."""
    compares = {f"compare {size}": compare_ms(size) for size in SIZES}
    return {"wake-up": wake_up_ms(), "sendto": send_ms(), **compares}


def busy_share(seconds: float) -> float:
    """Return the share of all cores that is used within so long (proc(5), stat)."""

    def times() -> tuple[int, int]:
        values = list(map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))
        return sum(values), values[3] + values[4]

    before = times()
    time.sleep(seconds)
    total, idle = (after - first for after, first in zip(times(), before, strict=True))
    return 1 - idle / max(1, total)


def description(browser_version: str) -> str:
    """Return the machine, its cores, and the versions of what was measured."""
    cpu = "an unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    libraries = (f"{name} {importlib.metadata.version(name)}" for name in ("av", "numpy", "aiortc"))
    return (
        f"{cpu}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}, "
        f"{', '.join(libraries)}, Chromium {browser_version}"
    )


def import_seconds(modules: str) -> float:
    """Return the seconds of a Python process that imports these modules."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
    return time.monotonic() - started
