"""Files of a folder that is open as a descriptor: no path, so no link and no "..", leads out of it.

A file is replaced whole: a reader, or a start after the process was killed, finds the old or the new one.
All functions may block for as long as a disk does.
"""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

_FRESH: Final = re.compile(r"\.[0-9a-f]{16}\.saving")
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What file systems without hard links answer."""


@contextlib.contextmanager
def open_folder(path: Path | str, parent: int | None = None) -> Iterator[int]:
    """Yield a descriptor of a folder; one below `parent`, itself a descriptor, may not be a link.

    Raises OSError if there is no such folder.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (os.O_NOFOLLOW if parent is not None else 0)
    fd = os.open(path, flags, dir_fd=parent)
    try:
        yield fd
    finally:
        os.close(fd)


@contextlib.contextmanager
def opened_entry(folder: int, name: str) -> Iterator[BufferedReader]:
    """Yield a regular file, open for reading.

    Raises OSError: there is none of this name, for example; ELOOP for a link, EINVAL for a pipe or device.
    """
    fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
        yield file


def read_entry(folder: int, name: str, limit: int) -> bytes:
    """Return at most `limit` bytes of a regular file. Raises OSError as `opened_entry` does."""
    with opened_entry(folder, name) as file:
        return file.read(limit)


def names_in(folder: int) -> list[str]:
    """Return the names of everything in the folder."""
    return os.listdir(folder)


def visible_files(folder: int, most: int) -> list[str]:
    """Return the names of regular files that do not begin with a dot, sorted, of the first `most` entries."""
    names = sorted(name for name in names_in(folder) if not name.startswith("."))[:most]
    return [name for name in names if status_of(folder, name) is not None]


def status_of(folder: int, name: str) -> os.stat_result | None:
    """Return the status of a regular file, None for what is none: a link, a folder, nothing at all."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def write_entry(folder: int, name: str, data: bytes, *, replace: bool) -> None:
    """Write `data` as `write_pieces` does."""
    write_pieces(folder, name, (data,), replace=replace)


def write_pieces(folder: int, name: str, pieces: Iterable[bytes], *, replace: bool) -> None:
    """Write `pieces` to a new file and give it that name; the mode of a file that it replaces is kept.

    Raises OSError (a full disk, say), FileExistsError if there is such a file and `replace` is not set; then
    the folder is as it was.
    """
    fresh = f".{secrets.token_hex(8)}.saving"
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder)
    try:
        with os.fdopen(fd, "wb") as file:
            fcntl.flock(fd, fcntl.LOCK_EX)
            file.writelines(pieces)
            file.flush()
            if replace and (before := status_of(folder, name)) is not None:
                os.fchmod(fd, stat.S_IMODE(before.st_mode))
            os.fsync(fd)
            move_entry(folder, fresh, folder, name, replace=replace)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=folder)
    with contextlib.suppress(OSError):  # some file systems refuse it for a folder
        os.fsync(folder)


def move_entry(folder: int, name: str, to_folder: int, to_name: str, *, replace: bool = False) -> None:
    """Give a file another name. Raises OSError, FileExistsError if the name is taken without `replace`."""
    if replace:
        os.rename(name, to_name, src_dir_fd=folder, dst_dir_fd=to_folder)
        return
    try:
        os.link(name, to_name, src_dir_fd=folder, dst_dir_fd=to_folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _move_without_links(folder, name, to_folder, to_name)
    else:
        os.unlink(name, dir_fd=folder)


def _move_without_links(folder: int, name: str, to_folder: int, to_name: str) -> None:
    """Move where there are no hard links: a file that appears meanwhile under the new name is replaced."""
    try:
        os.stat(to_name, dir_fd=to_folder, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(name, to_name, src_dir_fd=folder, dst_dir_fd=to_folder)
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), to_name)


def remove_unfinished(folder: int) -> list[str]:
    """Remove what `write_entry` left when its process was killed; return the names.

    A file that another process is writing is locked, and stays.
    """
    return [name for name in names_in(folder) if _FRESH.fullmatch(name) and _remove_unlocked(folder, name)]


def _remove_unlocked(folder: int, name: str) -> bool:
    with contextlib.suppress(OSError):
        fd = os.open(name, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
        finally:
            os.close(fd)
        return True
    return False


def copy_files(source: Path, target: Path) -> None:
    """Copy a folder's files to a new folder, without links, folders and pipes. Raises OSError."""

    def left_out(folder: str, names: list[str]) -> list[str]:
        paths = [Path(folder, name) for name in names]
        return [path.name for path in paths if path.is_symlink() or not path.is_file()]

    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(source, target, symlinks=True, ignore=left_out)
