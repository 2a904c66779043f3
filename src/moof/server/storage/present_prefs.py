"""The preferences file of the emulator that is started next: that of the Mac that is chosen now."""

import threading
from collections.abc import Mapping
from pathlib import Path

from moof.server.config.installed_emulators import EmulatorPrefs, InstalledEmulators
from moof.server.storage.prefs import PrefsFile


class PresentPrefs:
    """Finds the file. All who change it get the same object, whose changes exclude each other."""

    def __init__(self, first: PrefsFile | None, folders: Mapping[str, Path], macs: Path) -> None:
        """`first` is that of the emulator that the server starts; `folders` are those that rules name.

        `macs` is the folder of the Macs that were set up.
        """
        self._first = None if first is None else EmulatorPrefs(first.path, first.rules)
        self._file = first
        self._folders = folders
        self._macs = macs
        self._finding = threading.Lock()

    def file(self, installed: InstalledEmulators) -> PrefsFile | None:
        """Return the file, None if the emulator has none. May block for as long as a look at some folders."""
        with self._finding:
            found = installed.next_prefs(self._first)
            if found is None:
                return None
            if self._file is None or found != EmulatorPrefs(self._file.path, self._file.rules):
                self._file = PrefsFile(found.path, found.rules, self._folders, self._macs)
            return self._file
