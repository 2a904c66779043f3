"""Files that are replaced whole: a reader, or a start after a power cut, finds the old or the new one."""

import contextlib
import os
import secrets
from pathlib import Path


def replace_file(path: Path, data: bytes, mode: int = 0o600, *, backup: Path | None = None) -> None:
    """Write `data` to a new file beside `path` and give it that name; an existing file's mode is kept.

    With `backup`, the file that was there is kept under that name. Raises OSError (a full disk, say); then
    `path` is as it was.
    """
    path = path.resolve()  # through links: they stay
    if path.exists():
        mode = path.stat().st_mode & 0o777
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(fd)
        if backup is not None and path.exists():
            _keep(path, backup)
        fresh.replace(path)
        _sync_folder(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Write the new name to the disk; before that, a power cut may bring the old file back."""
    with contextlib.suppress(OSError):  # some file systems refuse it for a folder
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _keep(path: Path, backup: Path) -> None:
    """Give the file a second name, which stays when the first one goes to another file."""
    spare = backup.with_name(f".{backup.name}.{secrets.token_hex(4)}")
    spare.hardlink_to(path)
    spare.replace(backup)
