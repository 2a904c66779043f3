"""The files that the HTTP API reads and writes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import platformdirs

from moof.server.config.installed_emulators import InstalledEmulator
from moof.server.config.options import LibraryPaths
from moof.server.config.settings import BUILT_IN, read_settings
from moof.server.storage.disk_check import DiskCheck
from moof.server.storage.documents_target import DocumentsTarget
from moof.server.storage.folder import Folder
from moof.server.storage.fork_layout import AppleDoubleLayout, ExtfsLayout
from moof.server.storage.prefs import PrefsFile
from moof.server.storage.present_prefs import PresentPrefs
from moof.server.storage.resumable_uploads import ResumableUploads
from moof.server.storage.state_transfers import StateTransfers
from moof.server.storage.upload_target import UploadTarget
from moof.setup.mac_folders import default_macs
from moof.states.state_shelf import StateShelf

LOG: Final = logging.getLogger(__name__)


class UnknownEmulatorError(ValueError):
    """moof.toml has no emulator of this name; the text lists those that it has."""


@dataclass(frozen=True, slots=True)
class FileLibrary:
    """Disk images, ROMs, documents, preferences and moof.toml.

    `documents` are those of the built-in Mac's disk, or of the folder that another Mac shares, None without
    either. `prefs` is the file of the emulator that the server started, None if it has none, `present_prefs`
    finds that of the emulator that is started next. `states` are those of the emulator with which the server
    was started, `state_transfers` uploads and downloads them, None if they are not. `macs` is the folder of
    Macs that were set up.
    """

    disks: Folder
    roms: Folder
    documents: DocumentsTarget | None
    prefs: PrefsFile | None
    config_file: Path
    states: StateShelf | None = None
    macs: Path = field(default_factory=default_macs)
    state_transfers: StateTransfers | None = None
    uploads: ResumableUploads = field(init=False)
    present_prefs: PresentPrefs = field(init=False)

    def __post_init__(self) -> None:
        """Take uploads to each folder that there is."""
        folders = {"disks": self.disks.path, "roms": self.roms.path}
        object.__setattr__(self, "present_prefs", PresentPrefs(self.prefs, folders, self.macs))
        object.__setattr__(self, "uploads", ResumableUploads(self._targets()))

    @classmethod
    def at(cls, paths: LibraryPaths) -> Self:
        """Return the library at these paths."""
        data = platformdirs.user_data_path("moof")
        folders = {"disks": paths.disks or data / "disks", "roms": paths.roms or data / "roms"}
        macs = paths.macs or default_macs()
        prefs = PrefsFile(paths.prefs, paths.prefs_rules, folders, macs) if paths.prefs is not None else None
        config = paths.config_file
        reserved = [
            config,
            config.with_name(config.name + ".bak"),
            data / "tokens.json",
            data / "sessions.json",
        ]
        reserved += [prefs.path, prefs.backup] if prefs is not None else []

        limits = (paths.max_upload, paths.storage_limit, reserved)

        return cls(
            Folder(folders["disks"], *limits, DiskCheck(macs)),
            Folder(folders["roms"], *limits),
            cls._documents(paths, reserved),
            prefs,
            paths.config_file,
            StateShelf(paths.states) if paths.states is not None else None,
            macs,
            StateTransfers(paths.states) if paths.states is not None and paths.transfers_states else None,
        )

    @staticmethod
    def _documents(paths: LibraryPaths, reserved: Sequence[Path]) -> DocumentsTarget | None:
        if paths.documents is None:
            return None
        layout = ExtfsLayout() if paths.documents_for_guest else AppleDoubleLayout()
        return DocumentsTarget(paths.documents, paths.max_upload, paths.storage_limit, reserved, layout)

    def remove_leftovers(self) -> None:
        """Remove what uploads left that nobody goes on with. May block for as long as a disk does."""
        self.uploads.remove_old()
        for folder in (self.disks, self.roms, self.documents, self.state_transfers):
            for path in folder.remove_leftovers() if folder is not None else ():
                LOG.info("Removed %s, an upload that was not completed.", path)

    def _targets(self) -> dict[str, UploadTarget]:
        """Return the folders that take uploads, by their names in the API."""
        targets: dict[str, UploadTarget] = {"disks": self.disks, "roms": self.roms}
        if self.documents is not None:
            targets["documents"] = self.documents
        if self.state_transfers is not None:
            targets["states"] = self.state_transfers
        return targets

    def check_emulator(self, name: str | None, installed: Sequence[InstalledEmulator] = ()) -> None:
        """Raise UnknownEmulatorError unless moof.toml has this emulator, or it is `installed` and ready.

        The one that moof.toml names already may stay. Raises SettingsError if the file is invalid.
        """
        settings = read_settings(self.config_file)
        known = [BUILT_IN, *settings.emulators]
        if name is None or name in known or name == settings.values.get("emulator"):
            return
        found = {each.name: each for each in installed}
        if name not in found:
            others = [each for each in found if each not in known]
            which = ", ".join([*known, *others])
            raise UnknownEmulatorError(f"there is no emulator '{name}': moof.toml has {which}")
        if missing := found[name].missing:
            raise UnknownEmulatorError(f"{name} cannot be started: {missing}")
