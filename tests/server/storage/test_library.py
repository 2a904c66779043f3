from pathlib import Path

import pytest

from moof.server.config.installed_emulators import InstalledEmulator
from moof.server.config.options import LibraryPaths
from moof.server.config.settings import SettingsError
from moof.server.storage.library import FileLibrary, UnknownEmulatorError


def test_paths_that_are_given_are_used(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "disks", tmp_path / "roms", tmp_path / "prefs", tmp_path / "moof.toml", 5)
    library = FileLibrary.at(paths)
    assert (library.disks.path, library.roms.path) == (tmp_path / "disks", tmp_path / "roms")
    assert library.prefs is not None
    assert library.config_file == tmp_path / "moof.toml"


def test_folders_are_in_the_platforms_folder_for_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    library = FileLibrary.at(LibraryPaths())
    assert library.disks.path == tmp_path / "moof" / "disks"
    assert library.roms.path == tmp_path / "moof" / "roms"
    assert library.prefs is None


def test_emulators_are_those_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    library = FileLibrary.at(LibraryPaths(config_file=file))
    file.write_text('[emulators.b2]\ncommand = ["true"]\n')
    for name in (None, "mac", "b2"):
        library.check_emulator(name)
    with pytest.raises(UnknownEmulatorError, match=r"no emulator 'other': moof\.toml has mac, b2"):
        library.check_emulator("other")
    installed = [
        InstalledEmulator("hatari", "Hatari"),
        InstalledEmulator("mini", "Mini vMac", "it needs a ROM"),
    ]
    library.check_emulator("hatari", installed)
    with pytest.raises(UnknownEmulatorError, match="has mac, b2, hatari, mini"):
        library.check_emulator("other", installed)
    with pytest.raises(UnknownEmulatorError, match="mini cannot be started: it needs a ROM"):
        library.check_emulator("mini", installed)
    file.write_text('emulator = "mini"')
    library.check_emulator("mini", installed)
    file.write_text("=")
    with pytest.raises(SettingsError):
        library.check_emulator("b2")
