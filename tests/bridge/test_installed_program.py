"""Where an emulator is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge import installed_program
from moof.bridge.installed_program import find_program


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(installed_program, "_FLATPAK_FOLDERS", ("~/.local/share/flatpak",))
    (tmp_path / "path").mkdir()
    return tmp_path


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_path_comes_first(home: Path) -> None:
    assert find_program(["mac"]) is None
    executable(home / "bin" / "mac.AppImage")
    on_path = executable(home / "path" / "mac")
    found = find_program(["other", "mac"])
    assert found is not None
    assert found.command_for([Path("/roms/a")]) == [on_path]


@pytest.mark.parametrize("folder", ["Applications", "bin", ".local/bin", "path"])
def test_newest_app_image_is_found(home: Path, folder: str) -> None:
    executable(home / folder / "basiliskii-2024-x86_64.AppImage")
    newest = executable(home / folder / "BasiliskII-x86_64.AppImage")
    newest = executable(home / folder / "basiliskii-2025-x86_64.appimage")
    (home / folder / "basiliskii-2026.AppImage").touch()  # not executable
    found = find_program(["BasiliskII"])
    assert found is not None
    assert found.words == (newest,)


def test_app_image_without_fuse_is_extracted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(home / "bin" / "mac.AppImage")
    for fuse, environment in ((home, {}), (home / "none", {"APPIMAGE_EXTRACT_AND_RUN": "1"})):
        monkeypatch.setattr(installed_program, "_FUSE", fuse)
        found = find_program(["mac"])
        assert found is not None
        assert found.environment == environment


def test_flatpak_is_run_with_access_to_the_files(home: Path) -> None:
    names = ["mac", "flatpak:org.example.Mac"]
    (home / ".local/share/flatpak/app/org.example.Mac").mkdir(parents=True)
    assert find_program(names) is None, "flatpak itself is missing"
    flatpak = executable(home / "path" / "flatpak")
    found = find_program(names)
    assert found is not None
    words = found.command_for([Path("/roms/a"), Path("/roms/b"), Path("/disks/c")])
    folders = ["--filesystem=/roms", "--filesystem=/disks"]
    assert words == [flatpak, "run", *folders, "org.example.Mac"]
    assert find_program(["flatpak:org.example.Other"]) is None
