"""Which emulators of this machine are listed, with programs in a folder of the test's own."""

from pathlib import Path

import pytest

from moof.cli.emulator_list import EmulatorList
from moof.cli.serverflags import ServerFlags
from moof.server.config.installed_emulators import EmulatorPrefs, InstalledEmulator
from support.own_programs import install_only


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ScummVM is here, and Basilisk II, which lacks its settings."""
    install_only(("BasiliskII", "scummvm"), tmp_path, monkeypatch)


def listed(file: Path, *, at_restart: bool = True) -> dict[str, InstalledEmulator]:
    found = EmulatorList(ServerFlags(), file, at_restart=at_restart).all()
    assert found[0].name == "mac"
    return {each.name: each for each in found}


def test_programs_that_are_here_are_listed_with_what_they_lack(tmp_path: Path) -> None:
    found = listed(tmp_path / "moof.toml")
    assert set(found) == {"mac", "basilisk2", "scummvm"}
    assert all(each.at_restart for each in found.values())
    assert "Run BasiliskII once" in found["basilisk2"].missing
    assert (found["mac"].missing, found["scummvm"].missing) == ("", "")
    rom = tmp_path / "rom"
    rom.touch()
    (tmp_path / ".basilisk_ii_prefs").write_text(f"rom {rom}\n")
    assert listed(tmp_path / "moof.toml")["basilisk2"].missing == ""


def test_the_files_own_emulator_is_checked_with_its_file(tmp_path: Path) -> None:
    """As `moof setup basilisk2` writes them: the settings are in the Mac's folder."""
    file, rom, prefs = (tmp_path / name for name in ("moof.toml", "rom", "prefs"))
    rom.touch()
    prefs.write_text(f"rom {rom}\n")
    file.write_text(f'emulator = "basilisk2"\nemulator_file = "{prefs}"\n')
    assert listed(file)["basilisk2"].missing == ""
    rom.unlink()
    assert "name no ROM file that exists" in listed(file)["basilisk2"].missing
    prefs.unlink()
    assert f"there is no file {prefs}" in listed(file)["basilisk2"].missing
    file.write_text(f'emulator = "scummvm"\nemulator_file = "{prefs}"\n')
    assert "Run BasiliskII once" in listed(file)["basilisk2"].missing


def test_emulators_of_moof_toml_wait_for_moof_and_come_before_recipes(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('[emulators.basilisk2]\ncommand = ["scummvm"]\n[emulators.gone]\ncommand = ["nowhere"]\n')
    found = listed(file)
    assert list(found)[:3] == ["mac", "basilisk2", "gone"]
    assert (found["basilisk2"].at_restart, found["basilisk2"].missing) == (False, "")
    assert found["gone"].missing == "there is no program nowhere"
    file.write_text("=")
    assert set(listed(file)) == {"mac", "basilisk2", "scummvm"}


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    assert EmulatorList(ServerFlags(), file, at_restart=True).follows_file
    file.write_text('emulator = "basilisk2"\n')
    assert EmulatorList(ServerFlags(emulator="basilisk2"), file, at_restart=True).follows_file
    assert not EmulatorList(ServerFlags(emulator="scummvm"), file, at_restart=True).follows_file


def test_what_is_not_installed_has_advice(tmp_path: Path) -> None:
    emulators = EmulatorList(ServerFlags(), tmp_path / "moof.toml", at_restart=True)
    assert "AppImage" in emulators.install_advice("sheepshaver")
    assert emulators.install_advice("nothing") == ""


def test_preferences_are_those_of_the_emulator_that_the_file_names_now(tmp_path: Path) -> None:
    file, rom, prefs = (tmp_path / name for name in ("moof.toml", "rom", "prefs"))
    rom.touch()
    prefs.write_text(f"rom {rom}\n")
    first = EmulatorPrefs(tmp_path / "first", {})
    emulators = EmulatorList(ServerFlags(), file, at_restart=True)
    assert emulators.next_prefs(first) is None
    file.write_text(f'emulator = "basilisk2"\nemulator_file = "{prefs}"\n')
    found = emulators.next_prefs(first)
    assert found is not None
    assert found.path == prefs
    assert {"disk", "cdrom"} <= set(found.rules)
    file.write_text('emulator = "scummvm"\n')
    assert emulators.next_prefs(first) is None
    prefs.unlink()
    file.write_text(f'emulator = "basilisk2"\nemulator_file = "{prefs}"\n')
    assert emulators.next_prefs(first) is None


def test_preferences_stay_the_first_ones_where_the_next_start_does_not_follow_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "moof.toml"
    first = EmulatorPrefs(tmp_path / "first", {})
    file.write_text('emulator = "basilisk2"\n')
    assert EmulatorList(ServerFlags(), file, at_restart=True).next_prefs(first) is first
    of_moof_toml = EmulatorList(ServerFlags(emulator="basilisk2"), file, at_restart=False)
    assert of_moof_toml.next_prefs(first) is first


def test_images_are_those_that_the_emulator_of_the_file_takes(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    emulators = EmulatorList(ServerFlags(), file, at_restart=True)
    for text, most in (
        ("", None),
        ('emulator = "qemu-q800"', 6),
        ('emulator = "minivmac"', 5),
        ('emulator = "basilisk2"', None),
        ('emulator = "nothing"', None),
        ('emulator = "qemu-q800"\n[emulators.qemu-q800]\ncommand = ["true"]', None),
        ("=", None),
    ):
        file.write_text(text)
        rules = emulators.next_images()
        assert (rules.most if rules is not None else None) == most


def test_no_images_are_taken_where_the_command_line_decides(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('emulator = "qemu-q800"\nemulator_argument = ["-s"]')
    for flags, at_restart, takes in (
        (ServerFlags(emulator="qemu-q800", emulator_argument=["-s"]), True, True),
        (ServerFlags(emulator="qemu-q800", emulator_argument=["-s"]), False, False),
        (ServerFlags(emulator="qemu-q800", emulator_argument=["-S"]), True, False),
        (ServerFlags(emulator="qemu-mac99", emulator_argument=["-s"]), True, False),
    ):
        assert (EmulatorList(flags, file, at_restart=at_restart).next_images() is not None) == takes
