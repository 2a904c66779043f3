"""The states with names, in a folder of the host: a file each, whose name is the state's.

All methods may block for as long as a disk does.
"""

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

import platformdirs

from moof.folder_files import move_entry, open_folder, read_entry, remove_unfinished, write_pieces
from moof.sentence import Sentence, reason_of
from moof.states.errors import NoSuchStateError, StateError, StateNameTakenError
from moof.states.metadata import MAX_STATE_NAME, StateMetadata
from moof.states.state_file import DIGEST_BYTES, MAX_FILE, MAX_HEAD, StateSummary, read_summary

LOG: Final = logging.getLogger(__name__)

SUFFIX: Final = ".moofstate"
MAX_LISTED: Final = 500
OF_EMULATORS: Final = "emulators"
"""The folder, inside, of the shelves of other emulators, by their names."""
AUTOSAVES: Final = "auto"
"""The folder, inside, of the states that the Mac saves by itself."""
MAX_SHELF_BYTES: Final = 2 << 30
"""Of all states with names together."""
SHELF_FULL: Final = "The states have used up their room: delete some of them."
NOT_SAVED: Final = "The state cannot be saved to {folder}: {reason}."
_NOT_READ: Final = "The state cannot be read: {reason}."
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')
_MAX_NAME_BYTES: Final = 200
"""File systems allow 255, with what is added."""
_BAD_NAME: Final = Sentence(
    "A state's name has 1 to {most} characters, does not begin with a dot or a hyphen, and has none of "
    "{signs}.",
    most=str(MAX_STATE_NAME),
    signs=" ".join(sorted(_FORBIDDEN)),
)


def default_states() -> Path:
    """Return the user's folder of states."""
    return platformdirs.user_data_path("moof") / "states"


_TOO_MANY_BYTES: Final = "This name is too long: names have room for some 66 Japanese or Chinese characters."
"""80 of a script with three bytes each would fill what file systems allow."""


def checked_state_name(name: str) -> str:
    """Return a valid name. Raises StateError, which says what is wrong with it."""
    valid = name.isprintable() and not _FORBIDDEN & set(name) and name.strip() == name
    if not valid or not 0 < len(name) <= MAX_STATE_NAME or name.startswith((".", "-")):
        raise StateError(_BAD_NAME)
    if len(name.encode()) > _MAX_NAME_BYTES:
        raise StateError(_TOO_MANY_BYTES)
    return name


def about_folder(sentence: str, folder: Path, error: OSError) -> Sentence:
    """Return a sentence about a folder, with the reason of the system."""
    return Sentence(sentence, folder=str(folder), reason=reason_of(error))


def store_state_file(folder: Path, name: str, pieces: Iterable[bytes], *, replace: bool = False) -> None:
    """Write the pieces of a file, in a folder that only its user can read.

    Raises OSError (FileExistsError if there is one and `replace` is not set); then the folder is as it was.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open_folder(folder) as descriptor:
        remove_unfinished(descriptor)
        write_pieces(descriptor, name, pieces, replace=replace)


def read_state_file(folder: Path, name: str, limit: int = MAX_FILE + 1) -> bytes:
    """Return a file's first bytes, which are not checked yet; by default one more than a state may have.

    Raises StateError: there is no such file, it is a link or a pipe, or unreadable.
    """
    try:
        with open_folder(folder) as descriptor:
            return read_entry(descriptor, name, limit)
    except FileNotFoundError as error:
        raise NoSuchStateError from error
    except OSError as error:
        raise StateError(Sentence(_NOT_READ, reason=reason_of(error))) from error


@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """A state: its name, the size of its file in bytes, and its description; `summary` has the picture."""

    name: str
    size: int
    metadata: StateMetadata


class StateShelf:
    """The folder. It is created when something is stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, name: str, data: bytes, *, replace: bool = False) -> None:
        """Store a state, as `save_pieces` does."""
        self.save_pieces(name, len(data), (data,), replace=replace)

    def save_pieces(self, name: str, size: int, pieces: Iterable[bytes], *, replace: bool = False) -> None:
        """Store a state of `size` bytes.

        With `replace` it takes the place of one that has the name.

        Raises StateError: the name is not valid, or taken, or there is no room.
        """
        file = checked_state_name(name) + SUFFIX
        try:
            if self._used() + size > MAX_SHELF_BYTES:
                raise StateError(SHELF_FULL)
            store_state_file(self.folder, file, pieces, replace=replace)
        except FileExistsError as error:
            raise StateNameTakenError from error
        except OSError as error:
            raise StateError(about_folder(NOT_SAVED, self.folder, error)) from error

    def read(self, name: str) -> bytes:
        """Return a state's bytes, which are not checked yet. Raises StateError."""
        return read_state_file(self.folder, checked_state_name(name) + SUFFIX)

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[BufferedReader]:
        """Yield a state's file, which is not checked yet. Raises StateError."""
        file = checked_state_name(name) + SUFFIX
        try:
            fd = os.open(self.folder / file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise NoSuchStateError from error
        except OSError as error:
            raise StateError(Sentence(_NOT_READ, reason=reason_of(error))) from error
        with os.fdopen(fd, "rb") as opened:
            yield opened

    def check_new(self, name: str) -> None:
        """Raise StateError unless a state can get this name."""
        if (self.folder / (checked_state_name(name) + SUFFIX)).exists():
            raise StateNameTakenError

    def summary(self, name: str) -> StateSummary:
        """Return a state's description and picture. Raises StateError."""
        return read_summary(read_state_file(self.folder, checked_state_name(name) + SUFFIX, MAX_HEAD))

    def entries(self) -> list[ShelfEntry]:
        """Return the states that can be read, at most MAX_LISTED, the newest first.

        One picture is in memory at a time.
        """
        found = []
        for path in sorted(self.folder.glob(f"*{SUFFIX}"))[:MAX_LISTED]:
            try:
                name = checked_state_name(path.name.removesuffix(SUFFIX))
                found.append(ShelfEntry(name, path.stat().st_size, self.summary(name).metadata))
            except (StateError, OSError) as error:
                LOG.debug("%s is not listed: %s", path, error)
        return sorted(found, key=lambda entry: entry.metadata.saved, reverse=True)

    def saved_times(self) -> frozenset[int] | None:
        """Return when each of the states was saved, None if one cannot be read."""
        there = self.entries()
        if len(there) != len(list(self.folder.glob(f"*{SUFFIX}"))):
            return None
        return frozenset(each.metadata.saved for each in there)

    def digest(self, name: str) -> str:
        """Return the SHA-256 at the end of a state's file, in hexadecimal. Raises StateError."""
        try:
            return _digest(self.folder / (checked_state_name(name) + SUFFIX))
        except FileNotFoundError as error:
            raise NoSuchStateError from error
        except OSError as error:
            raise StateError(Sentence(_NOT_READ, reason=reason_of(error))) from error

    def digests(self) -> dict[str, str]:
        """Return the names of the states by what `digest` returns; at most MAX_LISTED."""
        found = {}
        for path in sorted(self.folder.glob(f"*{SUFFIX}"))[:MAX_LISTED]:
            with contextlib.suppress(OSError):
                found[_digest(path)] = path.name.removesuffix(SUFFIX)
        return found

    def rename(self, name: str, new_name: str) -> None:
        """Give a state another name. Raises StateError: that is taken or not valid, or there is no state."""
        old, new = checked_state_name(name) + SUFFIX, checked_state_name(new_name) + SUFFIX
        if old == new:
            return
        try:
            with open_folder(self.folder) as descriptor:
                move_entry(descriptor, old, descriptor, new)
        except FileExistsError as error:
            raise StateNameTakenError from error
        except FileNotFoundError as error:
            raise NoSuchStateError from error
        except OSError as error:
            raise StateError(
                Sentence("The state cannot be renamed: {reason}.", reason=reason_of(error))
            ) from error

    def delete(self, name: str) -> None:
        """Delete a state. Raises StateError."""
        try:
            (self.folder / (checked_state_name(name) + SUFFIX)).unlink()
        except FileNotFoundError as error:
            raise NoSuchStateError from error
        except OSError as error:
            raise StateError(
                Sentence("The state cannot be deleted: {reason}.", reason=reason_of(error))
            ) from error

    def _used(self) -> int:
        return sum(each.stat().st_size for each in self.folder.glob(f"*{SUFFIX}"))


def _digest(path: Path) -> str:
    """Return a file's last 32 bytes in hexadecimal. Raises OSError, also for a link or a pipe."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        file.seek(-DIGEST_BYTES, os.SEEK_END)
        return file.read(DIGEST_BYTES).hex()
