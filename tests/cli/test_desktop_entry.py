"""The desktop entry, checked by desktop-file-validate and started as a desktop does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from moof.cli.desktop_entry import desktop_entry, entry_text


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def test_entry_is_valid_and_has_an_icon(data: Path) -> None:
    desktop_entry(remove=False)
    entry = data / "applications" / "moof.desktop"
    subprocess.run(["desktop-file-validate", entry], check=True)
    assert f'Exec="{sys.executable}" "-m" "moof" "run" "--open"' in entry.read_text().splitlines()
    assert b"<svg" in (data / "icons" / "hicolor" / "scalable" / "apps" / "moof.svg").read_bytes()


def test_entry_is_removed_with_its_icon(data: Path) -> None:
    desktop_entry(remove=False)
    desktop_entry(remove=True)
    assert [each for each in data.rglob("*") if each.is_file()] == []
    desktop_entry(remove=True)  # once more: nothing is there


def test_folders_with_unusual_names_are_quoted(tmp_path: Path) -> None:
    text = entry_text(['/a b/$c`d"e\\f%g/python', "-m"])
    assert r'Exec="/a b/\\$c\\`d\\"e\\\\f%%g/python" "-m"' in text.splitlines()
    (tmp_path / "x.desktop").write_text(text)
    subprocess.run(["desktop-file-validate", tmp_path / "x.desktop"], check=True)
