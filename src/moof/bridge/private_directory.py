"""A directory for one bridge's framebuffer, sockets and cookies, accessible to this user only."""

import contextlib
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from moof.ipc import is_process_alive

_PREFIX: Final = "moof-bridge-"
_NAME: Final = re.compile(_PREFIX + r"(\d+)-")


@contextmanager
def private_directory(parent: Path | None = None) -> Iterator[Path]:
    """Yield a new directory, mode 0700, that is removed afterwards.

    Those that killed bridges left are removed first, and programs of theirs ended. It is created in
    `parent`, else in the user's runtime directory, else in /tmp.
    """
    parent = parent or _runtime_directory()
    _remove_orphans(parent)
    path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _runtime_directory() -> Path:
    named = os.environ.get("XDG_RUNTIME_DIR")
    # A relative one is to be ignored (XDG Base Directory Specification); Xvfb could not find its files there.
    if named and Path(named).is_absolute() and os.access(named, os.W_OK | os.X_OK):
        return Path(named)
    return Path(tempfile.gettempdir())


def _remove_orphans(parent: Path) -> None:
    for path in parent.glob(f"{_PREFIX}*"):
        match = _NAME.match(path.name)
        if match and not is_process_alive(int(match[1])) and path.lstat().st_uid == os.geteuid():
            _end_programs(path)
            shutil.rmtree(path, ignore_errors=True)


def _end_programs(directory: Path) -> None:
    """Kill the programs of a killed bridge, whose cookie is in its directory; only its child ended too."""
    cookie = b"XAUTHORITY=" + os.fsencode(directory) + b"/"
    for process in Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or belongs to another user
            pidfd = os.pidfd_open(int(process.name))  # before the look: a number may be used again
            try:
                variables = (process / "environ").read_bytes().split(b"\0")
                if any(variable.startswith(cookie) for variable in variables):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            finally:
                os.close(pidfd)
