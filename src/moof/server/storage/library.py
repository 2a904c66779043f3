"""The files that the API reaches."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

from moof.server.config.options import LibraryPaths
from moof.server.config.settings import BUILT_IN, read_settings

from .folder import Folder
from .prefs import PrefsFile


@dataclass(frozen=True, slots=True)
class FileLibrary:
    """Disk images, ROMs, the preferences of the emulator that we started (None: it has none), moof.toml."""

    disks: Folder
    roms: Folder
    prefs: PrefsFile | None
    config_file: Path

    @classmethod
    def at(cls, places: LibraryPaths) -> Self:
        """Return what is there."""
        data = platformdirs.user_data_path("moof")
        return cls(
            Folder(places.disks or data / "disks", places.most_upload),
            Folder(places.roms or data / "roms", places.most_upload),
            PrefsFile(places.prefs) if places.prefs is not None else None,
            places.config_file,
        )

    def check_emulator(self, name: str | None) -> None:
        """Raise ValueError unless moof.toml has this emulator, SettingsError if it cannot be read."""
        known = [BUILT_IN, *read_settings(self.config_file).emulators]
        if name is not None and name not in known:
            raise ValueError(f"there is no emulator '{name}': moof.toml has {', '.join(known)}")
