"""A hostile program behind the bridge: what it can reach from its sandbox, and that it could without one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.bridge_process import running_bridge, wait_until

SOURCE = Path(__file__).parent / "escape" / "escape.c"
KEY = 0x4D6F6F66
IPC_CREAT, IPC_RMID = 0o1000, 0
FLAGS = ("-O1", "-Wall", "-Wextra", "-Werror")
FAMILIES = (17, 31, 38, 40)  # AF_PACKET, AF_BLUETOOTH, AF_ALG, AF_VSOCK
CALLS = (
    *("unshare", "mount", "remount", "umount", "chroot", "setns", "add_key", "keyctl", "bpf", "syslog"),
    *("io_uring_setup", "userfaultfd", "perf_event_open", "sethostname"),
)
SETTINGS = ("sys/kernel/core_pattern", "sysrq-trigger", "sys/kernel/modprobe", "irq/0/smp_affinity")
DEVICES = (
    "mem",
    "kmsg",
    "port",
    "fuse",
    "kvm",
    "vhost-net",
    "loop-control",
    "input/event0",
    "dri/card0",
    "snd",
)


@dataclass
class Ground:
    """What a user of the machine has: a home with a secret, another folder, listening sockets, a segment."""

    folder: Path
    udp: socket.socket
    sockets: dict[str, str]

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def shared(self) -> Path:
        return self.folder / "shared"

    @property
    def disk(self) -> Path:
        return self.folder / "disk.img"

    @property
    def rom(self) -> Path:
        return self.program.parent / "rom"

    @property
    def program(self) -> Path:
        return self.folder / "emulator" / "escape"

    def secrets(self) -> list[Path]:
        return [self.home / "secret", self.home / ".ssh" / "id", self.folder / "others" / "file"]

    def files(self) -> set[Path]:
        """Return all files, but for those of the shared folder."""
        return {path for path in self.folder.rglob("*") if not path.is_relative_to(self.shared)}

    def datagrams(self) -> int:
        """Return how many datagrams have arrived."""
        count = 0
        with contextlib.suppress(BlockingIOError):
            while self.udp.recv(16):
                count += 1
        return count

    def run(self, attempts: list[str], *options: str) -> list[tuple[str, str]]:
        """Return how each attempt ended, after what "list" found: "entry FOLDER", name."""
        (self.shared / "attempts").write_text("\n".join(attempts) + "\n")
        (self.shared / "report").unlink(missing_ok=True)
        command = (str(self.program), str(self.shared), str(self.disk))
        with running_bridge(self.shared, options=options, program=command):
            wait_until((self.shared / "report").exists, "the report")
        lines = (self.shared / "report").read_text().splitlines()
        return [(attempt, result) for attempt, _, result in (line.rpartition(" ") for line in lines)]


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    for name in ("shared", "emulator", "others", "home/.ssh"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with contextlib.ExitStack() as cleanup:
        udp = cleanup.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        found = Ground(tmp_path, udp, {"udp": str(udp.getsockname()[1]), **listening(tmp_path, cleanup)})
        for path in (*found.secrets(), found.disk, found.rom):
            path.write_text("secret")
        subprocess.run(["gcc", *FLAGS, SOURCE, "-o", found.program], check=True)
        yield found


def listening(folder: Path, cleanup: contextlib.ExitStack) -> dict[str, str]:
    """Offer what other programs do, on loopback, as Unix sockets, in shared memory; return the names."""
    tcp = cleanup.enter_context(socket.create_server(("127.0.0.1", 0)))
    names = {"unix": str(folder / "s"), "abstract": f"moof-test-{os.getpid()}"}
    for address in (names["unix"], f"\0{names['abstract']}"):
        listener = cleanup.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(address)
        listener.listen()
    libc = ctypes.CDLL(None)
    segment = libc.shmget(KEY, 4096, IPC_CREAT | 0o600)
    assert segment >= 0
    cleanup.callback(libc.shmctl, segment, IPC_RMID, None)
    return {"tcp": str(tcp.getsockname()[1]), **names}


def harmless(ground: Ground) -> list[str]:
    """Return attempts at what any program of this user may do, and a guest must not."""
    other = os.getpid()
    return [
        *(f"read {path}" for path in ground.secrets()),
        *(f"{kind} {name}" for kind, name in ground.sockets.items()),
        *(f"read /proc/{other}/{name}" for name in ("environ", "maps", "cmdline")),
        *(f"{what} {other}" for what in ("signal", "memory")),
        f"segment {KEY}",
        "read /etc/hostname",
    ]


def test_without_a_sandbox_it_reaches_everything(ground: Ground) -> None:
    attempts = harmless(ground)
    assert ground.run(attempts, "--no-sandbox") == [(attempt, "ok") for attempt in attempts]
    assert ground.datagrams() == 1


def test_in_the_sandbox_it_has_its_own_files_and_nothing_else(ground: Ground) -> None:
    allowed = [
        *(f"read {path}" for path in (ground.program, ground.disk, "/dev/urandom")),
        *(f"write {path}" for path in (ground.disk, "/dev/null")),
        *(f"create {path}" for path in (ground.shared / "new", ground.home / "new", "/tmp/new")),
        *(f"family {number}" for number in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)),
    ]
    refused = [
        *harmless(ground),
        *(f"write {path}" for path in (ground.program, ground.rom)),
        *(f"open /proc/{name}" for name in SETTINGS),
        *(f"create {folder}/new" for folder in ("", "/usr/bin", "/etc", ground.program.parent)),
        *(f"read /dev/{name}" for name in DEVICES),
        *(f"family {number}" for number in FAMILIES),
        f"family32 {FAMILIES[-1]}",
        f"ptrace {os.getpid()}",
        "terminal 0",
        f"device {ground.shared}/device",
        *(f"call {name}" for name in CALLS),
        *(f"list {folder}" for folder in ("/sys", "/run/systemd", "/var/lib")),
    ]
    files = ground.files()
    found = ground.run([*allowed, *refused, "list /proc", "list /"], "--sandbox", "required")
    results = dict(found)
    assert {attempt: results[attempt] for attempt in allowed} == dict.fromkeys(allowed, "ok")
    # A datagram to nobody is not an error: it went no further than the sandbox's own loopback.
    assert {attempt for attempt in refused if results[attempt] == "ok"} == {f"udp {ground.sockets['udp']}"}
    assert ground.datagrams() == 0
    assert ground.files() == files
    processes = [name for attempt, name in found if attempt == "entry /proc" and name.isdigit()]
    assert len(processes) == 2, "bubblewrap's init and the program"
    assert not {name for attempt, name in found if attempt == "entry /"} & {"root", "sys", "srv", "boot"}
