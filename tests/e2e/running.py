"""`moof run` as a process, as a user starts and ends it."""

from __future__ import annotations

import json
import mmap
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from guestmemory import GuestMemory
from patience import wait_until


@dataclass
class RunningMoof:
    """`moof run`, with its output."""

    process: subprocess.Popen[str]
    memory_file: Path
    url: str = ""
    lines: queue.Queue[str] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._keep_lines, name="moof-output", daemon=True)
        self.reader.start()

    def _keep_lines(self) -> None:
        """Read its output, so that it never blocks on a full pipe."""
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.put(line.rstrip("\n"))

    def status(self) -> dict[str, Any]:
        """GET /api/status."""
        with urllib.request.urlopen(f"{self.url}/api/status", timeout=5) as answer:
            return dict(json.load(answer))

    @property
    def emulator_pid(self) -> int:
        """The pid of the Mac that is connected, 0 when none is."""
        return int(self.status()["emulator"]["pid"] or 0)

    def post(self, path: str, body: dict[str, Any] | None = None) -> int:
        """POST JSON; the HTTP status."""
        data = json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)

    def memory(self) -> GuestMemory:
        """The guest memory of the Mac that runs now, or is about to."""
        wait_until(self.memory_file.exists, "the Mac to have memory")
        with self.memory_file.open("rb") as file:
            return GuestMemory(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))


def start_moof(
    folder: Path, *options: str, command: str = "run", environment: dict[str, str] | None = None
) -> RunningMoof:
    """Start `moof run` (or another command) on free ports and wait until it says where the page is."""
    memory_file = folder / "guest-memory"
    words = [sys.executable, "-m", "moof", command, "--http-port", "0", "--signaling-port", "0"]
    words += ["--xpram", str(folder / "xpram"), "--memory-file", str(memory_file), *options]
    variables = {**os.environ, **(environment or {})}
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, start_new_session=True, env=variables
    )
    moof = RunningMoof(process, memory_file)
    deadline = time.monotonic() + 60
    while not moof.url:
        try:
            line = moof.lines.get(timeout=0.1)
        except queue.Empty:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"moof run did not start (exit status {process.poll()})")
            continue
        if line.startswith("Open "):
            moof.url = line.split()[1].rstrip("/")
    return moof


def stop_moof(moof: RunningMoof) -> int:
    """End it as Ctrl-C does and return the exit status; kill what is left, and fail, if it does not end."""
    if moof.process.poll() is None:
        moof.process.send_signal(signal.SIGINT)
    try:
        return moof.process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(moof.process.pid, signal.SIGKILL)
        moof.process.wait()
        pytest.fail("moof run did not end within 10 s of Ctrl-C")
    finally:
        moof.reader.join(5)
