"""The files that the HTTP API reads and writes."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import platformdirs

from moof.server.config.options import LibraryPaths
from moof.server.config.settings import BUILT_IN, read_settings
from moof.server.storage.folder import Folder
from moof.server.storage.prefs import PrefsFile
from moof.server.storage.state_transfers import StateTransfers
from moof.states.state_shelf import StateShelf

LOG: Final = logging.getLogger(__name__)


class UnknownEmulatorError(ValueError):
    """moof.toml has no emulator of this name; the text lists those that it has."""


@dataclass(frozen=True, slots=True)
class FileLibrary:
    """Disk images, ROMs, documents, preferences and moof.toml.

    `documents` are those of the built-in Mac's disk, None without one. `prefs` is the file of the emulator
    that the server started, None if it has none. `states` are those of the built-in Mac; `state_transfers`
    uploads and downloads them.
    """

    disks: Folder
    roms: Folder
    documents: Folder | None
    prefs: PrefsFile | None
    config_file: Path
    states: StateShelf | None = None
    state_transfers: StateTransfers | None = None

    @classmethod
    def at(cls, paths: LibraryPaths) -> Self:
        """Return the library at these paths."""
        data = platformdirs.user_data_path("moof")
        folders = {"disks": paths.disks or data / "disks", "roms": paths.roms or data / "roms"}
        prefs = PrefsFile(paths.prefs, paths.prefs_rules, folders) if paths.prefs is not None else None
        config = paths.config_file
        reserved = [
            config,
            config.with_name(config.name + ".bak"),
            data / "tokens.json",
            data / "sessions.json",
        ]
        reserved += [prefs.path, prefs.backup] if prefs is not None else []

        def folder(path: Path) -> Folder:
            return Folder(path, paths.max_upload, paths.storage_limit, reserved)

        return cls(
            folder(folders["disks"]),
            folder(folders["roms"]),
            folder(paths.documents) if paths.documents is not None else None,
            prefs,
            paths.config_file,
            StateShelf(paths.states) if paths.states is not None else None,
            StateTransfers(paths.states) if paths.states is not None else None,
        )

    def remove_leftovers(self) -> None:
        """Remove what uploads left whose server was killed. May block for as long as a disk does."""
        for folder in (self.disks, self.roms, self.documents, self.state_transfers):
            for path in folder.remove_leftovers() if folder is not None else ():
                LOG.info("Removed %s, an upload that was not completed.", path)

    def check_emulator(self, name: str | None) -> None:
        """Raise UnknownEmulatorError unless moof.toml has this emulator, SettingsError if that is invalid."""
        known = [BUILT_IN, *read_settings(self.config_file).emulators]
        if name is not None and name not in known:
            raise UnknownEmulatorError(f"there is no emulator '{name}': moof.toml has {', '.join(known)}")
