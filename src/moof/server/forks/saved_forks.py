"""The files of visitors' Macs: a folder each, with its states, disk, settings and the visitor's token.

A Mac that has ended goes on from there when its visitor comes back. Several threads may call the methods,
which may wait for a disk.
"""

import json
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file
from moof.server.auth.record_file import TokenError
from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore
from moof.server.config.fork_options import ForkOptions, SettingValue
from moof.server.forks.errors import ForkError, NoSuchForkError
from moof.server.forks.fork_documents import ForkDocuments
from moof.states import StateError
from moof.states.autosaves import Autosaves
from moof.states.state_file import read_summary
from moof.states.state_shelf import AUTOSAVES

LOG: Final = logging.getLogger(__name__)

SAVED_PER_FORK: Final = 4
"""Macs that are kept for each that may run at a time."""
_IDENTITY: Final = re.compile(r"[0-9a-f]{32}")
_FACTS: Final = "fork.json"
SETTINGS: Final = "moof.toml"
DOCUMENTS: Final = "documents"
TOKENS: Final = "tokens.json"


@dataclass(frozen=True, slots=True)
class SavedFork:
    """A visitor's Mac: its secret identity, its folder, its link's id, its visitor's token."""

    identity: str
    folder: Path
    link: str
    token: str


class SavedForks:
    """The folders of visitors' Macs."""

    def __init__(self, options: ForkOptions, documents: ForkDocuments) -> None:
        self._documents = documents
        self._folder = options.folder / "macs"
        self._settings = options.settings
        self._idle = options.idle
        self._max_saved = SAVED_PER_FORK * options.number
        self._lock = threading.Lock()
        self._unfinished: set[str] = set()
        """Identities whose folders are being made, which `prune` leaves alone."""

    def create(self, identity: str, link: str, state: bytes) -> SavedFork:
        """Make the folder of a Mac that goes on from a state. Raises ForkError.

        `identity` has 32 hexadecimal digits. What an unfinished Mac of this identity has left is removed.
        """
        with self._lock:
            self._unfinished.add(identity)
        try:
            return self._create(identity, link, state)
        finally:
            with self._lock:
                self._unfinished.remove(identity)

    def _create(self, identity: str, link: str, state: bytes) -> SavedFork:
        folder = self._folder / identity
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
            summary = read_summary(state)
            Autosaves(folder / "states" / AUTOSAVES).store(state)
            _, token = TokenStore(folder / TOKENS).add(Role.PLAYER, "visitor", time.time())
            self._documents.give(link, folder / DOCUMENTS)
            self._write_settings(folder, summary.metadata.ram_mb)
            facts = json.dumps({"link": link, "token": token}).encode()
            replace_file(folder / _FACTS, facts)  # last: what has no such file is no Mac
        except (OSError, StateError, TokenError) as error:
            LOG.warning("A visitor's Mac cannot be made: %s", error)
            shutil.rmtree(folder, ignore_errors=True)
            raise ForkError("A Mac cannot be made for you at this moment.") from error
        return SavedFork(identity, folder, link, token)

    def find(self, identity: str, link: str) -> SavedFork:
        """Return a visitor's Mac of this link. Raises NoSuchForkError."""
        folder = self._folder / identity
        try:
            if _IDENTITY.fullmatch(identity) is None:
                raise ValueError(identity)
            with self._lock:
                facts = json.loads((folder / _FACTS).read_bytes())
                found = SavedFork(identity, folder, str(facts["link"]), str(facts["token"]))
                os.utime(folder / _FACTS)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoSuchForkError("There is no such Mac.") from error
        if found.link != link:
            raise NoSuchForkError("There is no such Mac.")
        return found

    def remove(self, fork: SavedFork) -> None:
        """Remove a Mac with all of its files."""
        shutil.rmtree(fork.folder, ignore_errors=True)

    def prune(self, running: Collection[str]) -> None:
        """Remove those that were visited least recently, beyond those that are kept, and unfinished ones."""
        with self._lock:
            used = {*running, *self._unfinished}
            saved = self._visited_last_first(used)
            for visited, folder in saved[max(0, self._max_saved - len(running)) :]:
                shutil.rmtree(folder, ignore_errors=True)
                if visited:
                    hours = (time.time() - visited) / 3600
                    LOG.info("Removed a visitor's Mac, last visited %.0f h ago.", hours)

    def _visited_last_first(self, used: Collection[str]) -> list[tuple[float, Path]]:
        """Return when each Mac was visited, 0 for an unfinished one, and its folder, but those in use."""
        saved: list[tuple[float, Path]] = []
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in used and _IDENTITY.fullmatch(folder.name) is not None:
                facts = folder / _FACTS
                saved.append((facts.stat().st_mtime if facts.exists() else 0.0, folder))
        return sorted(saved, reverse=True)

    def _write_settings(self, folder: Path, ram_mb: int) -> None:
        import tomlkit  # takes long to load

        files: Mapping[str, SettingValue] = {
            "states": str(folder / "states"),
            "documents": str(folder / DOCUMENTS),
            "disks": str(folder / "disks"),
            "roms": str(folder / "roms"),
            "xpram": str(folder / "xpram.bin"),
            "token_file": str(folder / TOKENS),
            "ram": ram_mb,
        }
        minutes = {"idle_minutes": self._idle.unwatched, "unused_minutes": self._idle.unused}
        idle = {name: value for name, value in minutes.items() if value is not None}
        replace_file(folder / SETTINGS, tomlkit.dumps({**self._settings, **files, **idle}).encode())
