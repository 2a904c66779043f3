"""The sandbox around an emulator: what it may see and use, as arguments of bubblewrap (bwrap(1)).

Inside there are the system's programs and libraries, read-only, a /tmp and a home of its own, the files that
a `Sandbox` names, and nothing else of the machine: no other processes, no devices, no capabilities, and no
network unless it is given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from moof.process.ipc_namespace import entering_ipc

BWRAP: Final = "bwrap"
"""Debian's package bubblewrap."""
SYSTEM: Final = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime"),
    *("/etc/fonts", "/var/cache/fontconfig", "/etc/X11", "/etc/alsa", "/etc/pulse", "/etc/drirc"),
    *("/etc/hatari.cfg", "/etc/qemu", "/etc/gtk-3.0", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"),
)
"""What every program sees, read-only, as far as it exists: programs, libraries, fonts, their settings."""
_NETWORK: Final = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/ssl", "/etc/ca-certificates", "/etc/services"),
    "/run/systemd/resolve",
)
_KERNEL_SETTINGS: Final = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")
HOMES: Final = "homes"
"""The folder, in Moof's folder for data, of what emulators keep in their homes."""


class SandboxMode(Enum):
    """Whether emulators run in a sandbox: where it can be had, always or else not at all, never."""

    AUTO = "auto"
    REQUIRED = "required"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a program sees besides `SYSTEM`; the paths are absolute, and the same inside.

    `settings` are read-only files that name further ones, which are looked up at each start
    (visible_files.py: `with_settings`). `home` is the folder that becomes its home, and keeps what it writes
    there (None: an empty one that is lost at its end). `hidden` are folders that stay empty even where a
    folder above them is shown. With `network` it uses the machine's network, loopback included. `own_pids`
    gives it process ids of its own; a program that speaks the contract IPC v4 itself cannot have that,
    because its segment and its sockets are named by its process id: it has the machine's /dev/shm and a
    read-only /proc, and may signal this user's processes. `tmp` is the folder that becomes its /tmp (None:
    an empty one). `ipc_of` is the process whose IPC namespace it shares, for its X server (None: its own).
    """

    read_only: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    settings: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    home: Path | None = None
    network: bool = False
    own_pids: bool = True
    tmp: Path | None = None
    ipc_of: int | None = None

    def make_folders(self) -> None:
        """Create the folders of its home and of its /tmp, and those that must not be renamed. Raises OSError.

        A hidden folder may not exist yet, nor those above it; without them the program could create them.
        """
        for folder in (self.home, self.tmp, *self._pinned()):
            if folder is not None:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def arguments(
        self, folder: Path, home: Path, runtime: Path | None = None, filter_fd: int | None = None
    ) -> list[str]:
        """Return bwrap and its arguments, to which the program's command is appended.

        `folder` is the program's working directory, `home` the value of HOME, `runtime` that of
        XDG_RUNTIME_DIR. `filter_fd` is a descriptor that bwrap reads the filter of system calls from. There
        is no --new-session: the process that runs bwrap leads a session without a terminal, and signals to
        its process group reach the program.
        """
        words = [] if self.ipc_of is None else entering_ipc(self.ipc_of)
        words += [BWRAP, "--die-with-parent", "--cap-drop", "ALL"]
        words += ["--unshare-user-try", "--unshare-uts", "--unshare-cgroup-try"]
        words += ["--unshare-ipc"] if self.ipc_of is None else []
        # AppImages unpack themselves into /tmp, since there is no FUSE inside.
        words += ["--setenv", "APPIMAGE_EXTRACT_AND_RUN", "1"]
        words += ["--hostname", "emulator", "--setenv", "HOME", str(home)]
        words += ["--unshare-pid"] if self.own_pids else []
        words += [] if self.network else ["--unshare-net"]
        words += ["--seccomp", str(filter_fd)] if filter_fd is not None else []
        for _path, mount in sorted(self._mounts(home, runtime).items()):
            words += mount
        # The mounts stand on a tmpfs, which has the folders above them.
        return [*words, "--dir", str(folder), "--remount-ro", "/", "--chdir", str(folder), "--"]

    def _mounts(self, home: Path, runtime: Path | None) -> dict[tuple[str, ...], list[str]]:
        """Return bwrap's arguments by the parts of a path, so that a folder precedes what is inside it."""
        mounts = {"/proc": ["--proc", "/proc"], "/dev": ["--dev", "/dev"], "/tmp": ["--tmpfs", "/tmp"]}
        # Bubblewrap leaves files in /proc/sys writable for a program of root: a core_pattern runs commands.
        mounts |= {path: ["--ro-bind-try", path, path] for path in _KERNEL_SETTINGS}
        for path in SYSTEM + (_NETWORK if self.network else ()):
            mounts[path] = ["--ro-bind-try", path, path]
        if runtime is not None:
            mounts[str(runtime)] = ["--tmpfs", str(runtime)]
        if not self.own_pids:
            mounts["/proc"] = ["--ro-bind", "/proc", "/proc"]
            mounts["/dev/shm"] = ["--bind", "/dev/shm", "/dev/shm"]
        if self.tmp is not None:
            mounts["/tmp"] = ["--bind", str(self.tmp), "/tmp"]
        inside = str(home)
        mounts[inside] = ["--bind", str(self.home), inside] if self.home else ["--tmpfs", inside]
        mounts |= {str(path): ["--bind", str(path), str(path)] for path in self._pinned()}
        mounts |= {str(path): ["--tmpfs", str(path)] for path in self._covered()}
        mounts |= {str(path): ["--ro-bind", str(path), str(path)] for path in self.read_only}
        mounts |= {str(path): ["--bind", str(path), str(path)] for path in self.writable}
        return {Path(path).parts: mount for path, mount in mounts.items()}

    def _pinned(self) -> Iterator[Path]:
        """Yield the folders between a writable one and what is read-only or hidden inside it.

        As mount points of their own they cannot be renamed: otherwise the program could put another folder,
        with settings or tokens that it has written, into the place of one of them.
        """
        for path in (*self.read_only, *self._covered()):
            for parent in path.parents:
                if any(parent != folder and parent.is_relative_to(folder) for folder in self.writable):
                    yield parent

    def _covered(self) -> Iterator[Path]:
        """Yield the hidden folders that the sandbox would show."""
        shown = (*self.read_only, *self.writable)
        for hidden in self.hidden:
            if any(hidden.is_relative_to(path) for path in shown):
                yield hidden

    def shown(self) -> str:
        """Return what the program sees, in words for a log."""
        reads, writes = (", ".join(map(str, paths)) or "none" for paths in (self.read_only, self.writable))
        network = "the machine's network" if self.network else "no network"
        home = f"its home is {self.home}" if self.home else "its home is empty"
        return f"read-only: {reads}; writable: {writes}; {home}; {network}"


def home_inside(variables: Mapping[str, str]) -> Path:
    """Return the home of a program with these variables: HOME, or /tmp where that is the root."""
    home = Path(variables.get("HOME") or "/")
    return home if home.is_absolute() and home != Path("/") else Path("/tmp")
