"""The states that a Mac saves by itself: the last ones in a folder, of which the newest is where it goes on.

One process owns the folder at a time. All methods may block for as long as a disk does.
"""

import fcntl
import logging
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.states.errors import StateError
from moof.states.state_shelf import NOT_SAVED, SUFFIX, about_folder, read_state_file, store_state_file

LOG: Final = logging.getLogger(__name__)

MAX_AUTOSAVES: Final = 10
MAX_AUTOSAVE_BYTES: Final = 256 << 20
"""Of all of them together; the newest is kept, however large it is."""
MAX_PUT_ASIDE: Final = 3
_NOT_USED: Final = "The folder {folder} cannot be used: {reason}."
_NAME: Final = re.compile(r"([0-9]{1,12})" + re.escape(SUFFIX))
_ASIDE: Final = ".unreadable"
_OFF: Final = "switched-off"
_LOCK: Final = "lock"


@dataclass(frozen=True, slots=True, order=True)
class Autosave:
    """A state of the folder: when it was saved, in seconds since 1970, and its file."""

    saved: int
    path: Path


class Autosaves:
    """The folder. It is created when something is stored."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None

    def claim(self) -> bool:
        """Become the owner; return whether no other process is one. Raises StateError without a folder."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(about_folder(_NOT_USED, self._folder, error)) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return False
        self._lock = fd
        return True

    def close(self) -> None:
        """Let another process be the owner."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def newest_first(self) -> list[Autosave]:
        """Return the states that are there, readable or not."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return []
        found = [(match, self._folder / name) for name in names if (match := _NAME.fullmatch(name))]
        return sorted((Autosave(int(match[1]), path) for match, path in found), reverse=True)

    def store(self, data: bytes, now: float | None = None) -> Autosave:
        """Keep a state as the newest one, and remove the oldest. Raises StateError: nothing has changed.

        `now`: seconds since 1970, which may have gone back since the last one.
        """
        there = self.newest_first()
        saved = int(time.time() if now is None else now)
        saved = max(saved, there[0].saved + 1 if there else 0)
        path = self._folder / f"{saved}{SUFFIX}"
        try:
            store_state_file(self._folder, path.name, (data,))
            (self._folder / _OFF).unlink(missing_ok=True)
        except OSError as error:
            raise StateError(about_folder(NOT_SAVED, self._folder, error)) from error
        self._prune()
        return Autosave(saved, path)

    def read(self, autosave: Autosave) -> bytes:
        """Return a state's bytes, which are not checked yet. Raises StateError."""
        return read_state_file(self._folder, autosave.path.name)

    def put_aside(self, autosave: Autosave) -> Path:
        """Give a state that cannot be loaded another name, under which the last few stay; return that."""
        target = autosave.path.with_name(autosave.path.name + _ASIDE)
        try:
            autosave.path.replace(target)
            aside = sorted(self._folder.glob(f"*{SUFFIX}{_ASIDE}"), key=lambda path: path.stat().st_mtime)
            for path in aside[:-MAX_PUT_ASIDE]:
                path.unlink()
        except OSError as error:
            LOG.warning("The state %s cannot be renamed: %s", autosave.path, error.strerror)
        return target

    @property
    def switched_off(self) -> bool:
        """Whether the Mac was switched off: it then starts anew, and does not go on."""
        return (self._folder / _OFF).exists()

    def note_switched_off(self) -> None:
        """Let the next start begin anew; the states stay. Raises StateError."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / _OFF).touch(mode=0o600)
        except OSError as error:
            raise StateError(
                about_folder("The folder {folder} cannot be written: {reason}.", self._folder, error)
            ) from error

    def _prune(self) -> None:
        total = 0
        for index, autosave in enumerate(self.newest_first()):
            try:
                total += autosave.path.stat().st_size
                if index and (index >= MAX_AUTOSAVES or total > MAX_AUTOSAVE_BYTES):
                    autosave.path.unlink()
            except OSError as error:
                LOG.warning("The old state %s cannot be removed: %s", autosave.path, error.strerror)
