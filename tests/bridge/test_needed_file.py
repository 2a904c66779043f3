"""Files that an emulator requires."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.needed_file import NeededFile, settings_lines


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "etc"))
    return tmp_path


def test_first_file_that_exists_is_taken(home: Path) -> None:
    needed = NeededFile("settings", ("~/.prefs", "{config}/Mac/prefs", "~/tos/etos*.img"), "Make some.")
    with pytest.raises(BridgeError, match=rf"^settings not found. Make some. Searched: {home}/.prefs, "):
        needed.find(None)
    (home / "tos").mkdir()
    for name in ("etos512k.img", "etos1024k.img"):
        (home / "tos" / name).touch()
    assert needed.find(None) == home / "tos" / "etos1024k.img"
    (home / "etc" / "Mac").mkdir(parents=True)
    (home / "etc" / "Mac" / "prefs").touch()
    assert needed.find(None) == home / "etc" / "Mac" / "prefs"
    (home / ".prefs").touch()
    assert needed.find(None) == home / ".prefs"


def test_chosen_file_must_exist(home: Path) -> None:
    with pytest.raises(BridgeError, match="there is no file"):
        NeededFile("ROM", (), "").find(home / "other")


def test_option_is_passed_where_the_program_would_not_find_the_file() -> None:
    path = Path("/a/prefs")
    needed = NeededFile("settings", (), "", "--config")
    by_itself = NeededFile("settings", (), "", "--config", found_by_program=True)
    assert needed.arguments(path, chosen=False) == ["--config", "/a/prefs"]
    assert by_itself.arguments(path, chosen=False) == []
    assert by_itself.arguments(path, chosen=True) == ["--config", "/a/prefs"]
    assert NeededFile("settings", (), "").arguments(path, chosen=True) == []


def test_named_file_must_exist(home: Path) -> None:
    needed = NeededFile("settings", ("~/.prefs",), "", names="rom", names_missing="It needs a ROM.")
    (home / ".prefs").write_text(f"disk a.img\n\nrom\nrom\t{home}/mac.rom \n")
    with pytest.raises(BridgeError, match="It needs a ROM"):
        needed.find(None)
    (home / "mac.rom").touch()
    assert needed.find(None) == home / ".prefs"
    assert settings_lines([home / ".prefs"])[0] == "disk a.img"
