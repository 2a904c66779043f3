"""The preferences file follows the Mac that is chosen."""

from pathlib import Path

from moof.server.config.installed_emulators import EmulatorPrefs, NoInstalledEmulators
from moof.server.storage.prefs import PrefsFile
from moof.server.storage.present_prefs import PresentPrefs


class Chosen(NoInstalledEmulators):
    """One emulator after the other."""

    def __init__(self) -> None:
        self.prefs: EmulatorPrefs | None = None

    def next_prefs(self, first: EmulatorPrefs | None) -> EmulatorPrefs | None:
        return self.prefs


def test_the_first_file_stays_where_nothing_is_chosen(tmp_path: Path) -> None:
    first = PrefsFile(tmp_path / "first")
    assert PresentPrefs(first, {}, tmp_path).file(NoInstalledEmulators()) is first
    assert PresentPrefs(None, {}, tmp_path).file(NoInstalledEmulators()) is None


def test_another_mac_has_another_file_and_the_same_one_has_one_object(tmp_path: Path) -> None:
    chosen = Chosen()
    present = PresentPrefs(PrefsFile(tmp_path / "first"), {}, tmp_path)
    assert present.file(chosen) is None
    chosen.prefs = EmulatorPrefs(tmp_path / "second", {})
    second = present.file(chosen)
    assert second is not None
    assert second.path == tmp_path / "second"
    assert present.file(chosen) is second
    chosen.prefs = EmulatorPrefs(tmp_path / "first", {})
    third = present.file(chosen)
    assert third is not None
    assert third.path == tmp_path / "first"
