"""A small file of records that several processes change: the tokens, the login sessions.

A reader finds the file whole, since it is replaced; who changes it holds a lock from reading to writing. Only
the user who owns the file may read it. Every method may wait for a disk: not for the event loop.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from moof.atomic_file import replace_file

MAX_FILE_BYTES: Final = 1 << 20

Document: TypeAlias = dict[str, Any]


class TokenError(Exception):
    """A file of tokens or login sessions is invalid or unreadable; the text says why."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells two contents of a file apart without reading them (stat(2)); all zero without a file."""

    inode: int = 0
    modified_ns: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The file at `path`, a JSON object."""

    path: Path

    def stamp(self) -> FileStamp:
        """Return the stamp of the present contents. Raises TokenError."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return FileStamp()
        except OSError as error:
            raise self._unusable(error) from error
        return FileStamp(status.st_ino, status.st_mtime_ns, status.st_size)

    def read(self) -> Document:
        """Return the contents, empty if there is no file. Raises TokenError."""
        try:
            with self.path.open("rb") as file:
                self._check_privacy(os.fstat(file.fileno()))
                data = file.read(MAX_FILE_BYTES + 1)
            content = json.loads(data) if len(data) <= MAX_FILE_BYTES else None
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise self._unusable(error) from error
        if not isinstance(content, dict):
            raise self._unusable("it is no JSON object of less than 1 MB")
        return content

    @contextlib.contextmanager
    def changing(self) -> Iterator[Document]:
        """Yield the contents, which the caller changes; afterwards they are written. Raises TokenError.

        Other processes that change the file wait meanwhile.
        """
        with self._lock():
            content = self.read()
            yield content
            try:
                replace_file(self.path, json.dumps(content, indent=1).encode())
            except OSError as error:
                raise self._unusable(error) from error

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)  # which unlocks it

    def _check_privacy(self, status: os.stat_result) -> None:
        if status.st_uid != os.geteuid():
            raise TokenError(f"{self.path} belongs to another user; delete it.")
        if status.st_mode & 0o077:
            raise TokenError(f"Others may read {self.path}: chmod 600 it, or better delete it.")

    def _unusable(self, reason: object) -> TokenError:
        return TokenError(f"{self.path} cannot be used ({reason}); delete it to begin anew.")
