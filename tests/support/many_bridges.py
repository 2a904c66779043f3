"""Ten bridges of five kinds, which start at once and end at once, and what they must not leave behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from select import select
from typing import Any

from moof.ipc import EmulatorConnection, is_process_alive, segment_path
from support.bridge_process import SDL_PROGRAM, STOP_SECONDS
from support.processes import descendants
from support.waiting import WAIT_SECONDS, wait_until

TESTS = Path(__file__).parents[1]
X_SOCKETS = Path("/tmp/.X11-unix")
START_SECONDS = 60.0
ANSWER_SECONDS = 5.0
MAX_DISPLAY = 50
Identity = tuple[int, int]
"""Device and inode of a file, which another file of the same name does not have."""


def identity(path: Path) -> Identity | None:
    """Return which file has that name, None if there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def kinds(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return five kinds of programs: arguments of `moof bridge`. Their files are written into `folder`."""
    desktop = bytes.fromhex((TESTS / "e2e/atari/desktop.hex").read_text())
    (folder / "desktop.img").write_bytes(desktop.ljust(256 * 1024, b"\0"))
    boot = bytes.fromhex((TESTS / "bridge/pc/boot.hex").read_text())
    (folder / "floppy").write_bytes(boot.ljust(510, b"\0") + b"\x55\xaa")
    floppy = f"if=floppy,format=raw,readonly=on,file={folder / 'floppy'}"
    return {
        "SDL": ("--share", str(folder), "--", sys.executable, str(SDL_PROGRAM), str(folder / "events")),
        "X": ("--no-sandbox", "--", "xterm"),  # it changes the owner of its terminal
        "Atari": ("--emulator", "hatari", "--emulator-file", str(folder / "desktop.img")),
        "DOS": ("--emulator", "dosbox"),
        "PC": ("--emulator", "qemu-pc", "--", "-boot", "a", "-drive", floppy),
    }


@contextlib.contextmanager
def users_display() -> Iterator[str]:
    """Start an X server of the user's, at :0 unless that is in use; check at the end that it is as it was."""
    server, number = start_display()
    listening, lock = X_SOCKETS / f"X{number}", Path(f"/tmp/.X{number}-lock")
    before = identity(listening), identity(lock)
    try:
        yield f":{number}"
        assert server.poll() is None, "the user's X server has ended"
        assert answers(number), "the user's X server does not answer"
        assert (identity(listening), identity(lock)) == before, "its socket or lock was replaced"
    finally:
        server.terminate()
        end(server)


def start_display() -> tuple[subprocess.Popen[bytes], int]:
    """Start an X server at the first display that is free; return its process and the display's number.

    Raises AssertionError if it never answers, or no display is free.
    """
    for number in range(MAX_DISPLAY):
        server = subprocess.Popen(
            ["Xvfb", f":{number}", "-ac", "-nolisten", "tcp"], stderr=subprocess.DEVNULL
        )
        try:
            wait_until(partial(has_ended_or_answers, server, number), "the user's X")
        except AssertionError:
            server.kill()
            server.wait()
            raise
        if server.poll() is None:
            return server, number
    raise AssertionError("no display is free")


def has_ended_or_answers(server: subprocess.Popen[bytes], number: int) -> bool:
    """Return whether it is known if the X server has that display: who ends has found it in use."""
    return server.poll() is not None or answers(number)


def answers(number: int) -> bool:
    """Return whether a display's X server takes a client (X11 protocol, "Connection Setup").

    A library would wait for ever for one that accepts the connection and never answers.
    """
    setup = struct.pack("<BxHHHH2x", ord("l"), 11, 0, 0, 0)
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_SECONDS)
        try:
            client.connect(str(X_SOCKETS / f"X{number}"))
            client.sendall(setup)
            return client.recv(1) == b"\1"
        except OSError:
            return False


def end(process: subprocess.Popen[Any]) -> int:
    """Wait for a process that was told to end, kill it if it does not; return its exit status."""
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@dataclass
class OneBridge:
    """A running bridge, and what it has: processes, files."""

    kind: str
    process: subprocess.Popen[str]
    errors: list[str] = field(default_factory=list)
    processes: dict[int, str] = field(default_factory=dict)
    files: dict[Path, Identity] = field(default_factory=dict)

    def read_errors(self) -> None:
        """Collect its standard error, in a thread of its own, so that it never blocks on a full pipe."""
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            self.errors.extend(lines)

    def wait_for_picture(self) -> None:
        """Wait until it is ready and has published a picture, as a server does."""
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            assert select([lines], [], [], START_SECONDS)[0], f"{self.kind} is not ready: {self.errors}"
            assert lines.readline().startswith("ready "), (self.kind, self.errors)
        with EmulatorConnection.connect(self.process.pid, WAIT_SECONDS) as connection:

            def has_picture() -> bool:
                assert self.process.poll() is None, (self.kind, self.errors)
                return connection.frames.latest() is not None

            wait_until(has_picture, f"a picture of {self.kind}", START_SECONDS)

    def take_inventory(self) -> None:
        """Note its processes, and the files that belong to them."""
        pid = self.process.pid
        self.processes = {pid: "bridge", **descendants(pid)}
        names = [segment_path(pid), *Path("/tmp").glob(f"*-{pid}.sock"), *directories(pid)]
        names += [path for each in directories(pid) for path in each.iterdir()]
        names += [X_SOCKETS / f"X{number}" for number in displays(self.processes)]
        self.files = {path: found for path in names if (found := identity(path))}

    def left(self) -> list[str]:
        """Return what is still there of all that."""
        processes = [f"{name} {pid}" for pid, name in self.processes.items() if is_process_alive(pid)]
        files = [str(path) for path, found in self.files.items() if identity(path) == found]
        segments = [f"shared memory of {pid}" for pid in shared_memory_owners() if pid in self.processes]
        return [
            f"{self.kind}: {each}" for each in (*processes, *files, *directories(self.process.pid), *segments)
        ]


def directories(pid: int) -> list[Path]:
    """Return the private directories of a bridge."""
    parents = {Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")), Path("/tmp")}
    return [path for parent in parents for path in parent.glob(f"moof-bridge-{pid}-*")]


def displays(processes: Mapping[int, str]) -> set[int]:
    """Return the numbers of the displays whose sockets these processes listen at."""
    inodes = set()
    for pid in processes:
        with contextlib.suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    inodes.add(descriptor.readlink().name)
    listening = re.compile(r"(\d+) @?/tmp/\.X11-unix/X(\d+)$")
    lines = Path("/proc/net/unix").read_text().splitlines()
    found = filter(None, (listening.search(line) for line in lines))
    return {int(match[2]) for match in found if f"socket:[{match[1]}]" in inodes}


def shared_memory_owners() -> list[int]:
    """Return the pids that made the segments of System V shared memory (the column cpid)."""
    return [int(line.split()[4]) for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]


def start_and_end_ten(folder: Path, display: str) -> None:
    """Start ten bridges at once, end them at once, and wait until nothing of them is left.

    Their files and their home are in `folder`; `display` is the user's own.

    Raises:
        AssertionError: one had no picture, or another status than 0; two had one display; something is left.
    """
    files, home = folder / "files", folder / "home"
    for each in (files, home):
        each.mkdir(exist_ok=True)
    environment = {"DISPLAY": display, "HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    bridges = [
        OneBridge(
            kind,
            subprocess.Popen(
                [sys.executable, "-m", "moof", "bridge", *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **environment},
            ),
        )
        for kind, arguments in 2 * list(kinds(files).items())
    ]
    readers = [
        threading.Thread(target=each.read_errors, name=f"errors-{each.kind}", daemon=True) for each in bridges
    ]
    for reader in readers:
        reader.start()
    try:
        for bridge in bridges:
            bridge.wait_for_picture()
        for bridge in bridges:
            bridge.take_inventory()
        taken = [path for bridge in bridges for path in bridge.files if path.parent == X_SOCKETS]
        assert len(set(taken)) == len(bridges), f"displays: {taken}"
    finally:
        for bridge in bridges:
            bridge.process.send_signal(signal.SIGTERM)
        statuses = [end(bridge.process) for bridge in bridges]
        for reader in readers:
            reader.join(STOP_SECONDS)
    assert statuses == [0] * len(bridges), statuses
    # A killed process is gone as soon as its parent, or init, has taken note of it.
    wait_until(lambda: not any(bridge.left() for bridge in bridges), "the end of everything", STOP_SECONDS)
