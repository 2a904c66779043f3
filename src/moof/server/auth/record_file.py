"""A small file of records that several processes change: the tokens, the login sessions.

A reader finds the file whole, since it is replaced; who changes it holds a lock from reading to writing. Only
the user who owns the file may read it. Every method may wait for a disk: not for the event loop.
"""

import contextlib
import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from moof.atomic_file import replace_file

MAX_FILE_BYTES: Final = 1 << 20
MAX_LOCK_SECONDS: Final = 2.0
"""How long a change waits for that of another process, which may have been stopped meanwhile."""
_LOCK_STEP: Final = 0.02
_OPEN: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""A named pipe in the file's place is opened at once, too, and then refused."""

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
            raise self._failed("read", error) from error
        return FileStamp(status.st_ino, status.st_mtime_ns, status.st_size)

    def read(self) -> Document:
        """Return the contents, empty if there is no file. Raises TokenError."""
        try:
            with self._opened() as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._failed("read", error) from error
        try:
            content = json.loads(data) if len(data) <= MAX_FILE_BYTES else None
        except (ValueError, RecursionError) as error:
            raise self._unusable(error) from error
        if not isinstance(content, dict):
            raise self._unusable("it is no JSON object of less than 1 MB")
        return content

    def _opened(self) -> BinaryIO:
        """Open the file. Raises OSError, or TokenError if it is not a file of this user's alone."""
        fd = os.open(self.path, _OPEN)
        try:
            self._check(os.fstat(fd))
        except TokenError:
            os.close(fd)
            raise
        return os.fdopen(fd, "rb")

    @contextlib.contextmanager
    def changing(self) -> Iterator[Document]:
        """Yield the contents, which the caller changes; afterwards they are written. Raises TokenError.

        Other processes that change the file wait meanwhile, for two seconds.
        """
        with self._lock():
            content = self.read()
            yield content
            data = json.dumps(content, indent=1).encode()
            if len(data) > MAX_FILE_BYTES:  # it could not be read again
                raise TokenError(f"{self.path} cannot be written: it would have more than 1 MB.")
            try:
                replace_file(self.path, data)
            except OSError as error:
                raise self._failed("written", error) from error

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._failed("written", error) from error
        try:
            self._acquire(fd)
            yield
        finally:
            os.close(fd)  # which unlocks it

    def _acquire(self, lock: int) -> None:
        """Lock an open file. Raises TokenError if another process has it for too long."""
        latest = time.monotonic() + MAX_LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= latest:
                    raise TokenError(f"Another process does not finish changing {self.path}.") from error
            except OSError as error:
                raise self._failed("locked", error) from error
            time.sleep(_LOCK_STEP)

    def _check(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise self._unusable("it is no file")
        if status.st_uid != os.geteuid():
            raise TokenError(f"{self.path} belongs to another user; delete it.")
        if status.st_mode & 0o077:
            raise TokenError(f"Others may read {self.path}: chmod 600 it, or better delete it.")

    def _failed(self, done: str, error: OSError) -> TokenError:
        return TokenError(f"{self.path} cannot be {done}: {error.strerror}.")

    def _unusable(self, reason: object) -> TokenError:
        return TokenError(f"{self.path} cannot be used ({reason}); delete it to begin anew.")
