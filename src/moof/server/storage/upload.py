"""A file that is being uploaded: hidden and locked until it is complete.

All methods may block for as long as a disk does: call them in a thread.
"""

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

_NAME: Final = re.compile(r"\.[0-9a-f]{16}\.upload")


class Upload:
    """A new file of a folder, which exists under its name once `finish` has been called."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        """Create the hidden file, and the folder if it does not exist. Raises OSError.

        One with a `name` of its own is not found by `remove_leftovers`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / (name or f".{secrets.token_hex(8)}.upload")
        fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(fd, "wb", buffering=0)
        fcntl.flock(fd, fcntl.LOCK_EX)

    @property
    def path(self) -> Path:
        """The hidden file."""
        return self._path

    def write(self, data: bytes) -> None:
        """Append bytes. Raises OSError."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def fill(self, write: Callable[[BinaryIO], None]) -> None:
        """Let a function write the whole file. Raises what it raises, and OSError."""
        with os.fdopen(os.dup(self._file.fileno()), "wb") as file:
            write(file)

    def finish(self, target: Path, *, replace: bool) -> os.stat_result:
        """Sync the file and give it its name; return its status.

        Raises:
            FileExistsError: There is a file of this name, and `replace` is not set.
            OSError: The disk is full, for example.
        """
        os.fsync(self._file.fileno())
        if replace:
            self._path.replace(target)
        else:
            target.hardlink_to(self._path)  # fails if another upload of this name was faster
        return target.stat()

    def close(self) -> None:
        """Remove the hidden file; what `finish` has named stays."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def remove_leftovers(folder: Path) -> list[Path]:
    """Remove the hidden files of uploads whose server was killed, and return them.

    A file that another server is writing is locked, and stays.
    """
    try:
        found = [each for each in folder.iterdir() if _NAME.fullmatch(each.name)]
    except OSError:
        return []
    return [path for path in found if _remove_if_unlocked(path)]


def _remove_if_unlocked(path: Path) -> bool:
    with contextlib.suppress(OSError):
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(fd)
        return True
    return False
