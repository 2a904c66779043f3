"""An upload that may be cut and go on later: two hidden files in the folder to which it belongs.

`.ID.unfinished` has the bytes so far, `.ID.unfinished.json` what is uploaded. The bytes come first and go
first: a description without bytes is an upload whose file was taken, which a client asks that never got the
answer. All functions may block for as long as a disk does: call them in a thread.
"""

import fcntl
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from moof.atomic_file import replace_file
from moof.server.storage.upload_target import UploadRequest

_ID: Final = re.compile(r"[0-9a-f]{32}")
_DATA: Final = re.compile(r"\.([0-9a-f]{32})\.unfinished")
_ABOUT: Final = re.compile(r"\.([0-9a-f]{32})\.unfinished\.json")
_MAX_ABOUT_BYTES: Final = 8192
_OPEN: Final = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class UploadInUseError(Exception):
    """Another server writes this upload at this moment."""


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """An upload as its files are now: `size` bytes of it are here; `touched` in seconds since 1970.

    A `taken` one is complete, and has its own name in the folder.
    """

    identity: str
    request: UploadRequest
    size: int
    touched: float
    taken: bool

    @property
    def missing(self) -> int:
        """The bytes that have still to come."""
        return max(0, self.request.length - self.size)


def create_unfinished(folder: Path, request: UploadRequest) -> UploadFacts:
    """Create an upload without bytes, and the folder if it does not exist. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    identity = secrets.token_hex(16)
    data = data_path(folder, identity)
    os.close(os.open(data, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        replace_file(_about_path(folder, identity), json.dumps(asdict(request)).encode())
    except OSError:
        data.unlink(missing_ok=True)
        raise
    return UploadFacts(identity, request, 0, data.stat().st_mtime, taken=False)


def find_unfinished(folder: Path, identity: str) -> UploadFacts | None:
    """Return an upload of the folder, None if it has none of this identity."""
    if not _ID.fullmatch(identity):
        return None
    request = _read_request(_about_path(folder, identity))
    if request is None:
        return None
    status = _status(data_path(folder, identity))
    if status is not None:
        return UploadFacts(identity, request, status.st_size, status.st_mtime, taken=False)
    about = _status(_about_path(folder, identity))
    return UploadFacts(identity, request, request.length, about.st_mtime, taken=True) if about else None


def unfinished_in(folder: Path) -> Iterator[UploadFacts]:
    """Yield the folder's uploads. A folder that cannot be read has none."""
    for name in _names(folder):
        found = _ABOUT.fullmatch(name)
        if found is not None and (facts := find_unfinished(folder, found[1])) is not None:
            yield facts


def remove_unfinished_upload(folder: Path, identity: str) -> None:
    """Remove both files of an upload. Raises OSError."""
    data_path(folder, identity).unlink(missing_ok=True)
    _about_path(folder, identity).unlink(missing_ok=True)


def remove_undescribed(folder: Path, before: float) -> None:
    """Remove bytes without a description that are older (seconds since 1970): a killed server left them."""
    for name in _names(folder):
        found = _DATA.fullmatch(name)
        if found is None or _read_request(_about_path(folder, found[1])) is not None:
            continue
        with suppress(OSError):
            if os.lstat(folder / name).st_mtime < before:
                remove_unfinished_upload(folder, found[1])


def unfinished_bytes(folder: Path) -> int:
    """Return the bytes that the folder's uploads have so far."""
    return sum(each.size for each in unfinished_in(folder) if not each.taken)


def is_data_file(name: str) -> bool:
    """Return whether a file of this name has the bytes of an upload."""
    return _DATA.fullmatch(name) is not None


def data_path(folder: Path, identity: str) -> Path:
    """Return the path of the file with an upload's bytes."""
    return folder / f".{identity}.unfinished"


class OpenUpload:
    """An upload to which bytes are appended. No other server writes it meanwhile."""

    def __init__(self, folder: Path, identity: str) -> None:
        """Open the file with its bytes. Raises UploadInUseError, and OSError if there is none."""
        self.path = data_path(folder, identity)
        self._fd = os.open(self.path, _OPEN)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.size = os.fstat(self._fd).st_size
        except BlockingIOError as error:
            os.close(self._fd)
            raise UploadInUseError("This upload is being written by another server.") from error

    def append(self, data: bytes) -> None:
        """Write bytes to the end. Raises OSError; what was written before stays."""
        rest = memoryview(data)
        while rest:
            written = os.write(self._fd, rest)
            self.size += written
            rest = rest[written:]

    def sync(self) -> None:
        """Wait until the bytes are on the disk. Raises OSError."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _about_path(folder: Path, identity: str) -> Path:
    return folder / f".{identity}.unfinished.json"


def _names(folder: Path) -> list[str]:
    try:
        return [each.name for each in folder.iterdir()]
    except OSError:
        return []


def _status(path: Path) -> os.stat_result | None:
    """Return the status of a regular file; None for what is none, a link for example."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _read_request(path: Path) -> UploadRequest | None:
    """Read a description; None if there is none that is valid: emulators may write in the folder, too."""
    if _status(path) is None:
        return None
    try:
        with path.open("rb") as file:
            fields = json.loads(file.read(_MAX_ABOUT_BYTES))
        name, length, replace = fields["name"], fields["length"], fields["replace"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    valid = isinstance(name, str) and type(length) is int and length >= 0 and isinstance(replace, bool)
    return UploadRequest(name, length, replace) if valid else None
